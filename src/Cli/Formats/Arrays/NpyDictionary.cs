using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>The three entries of a .npy header's dictionary.</summary>
/// <param name="Type">The element type, such as <c>&lt;f4</c>.</param>
/// <param name="FortranOrder">Whether columns, not rows, lie contiguous.</param>
/// <param name="Shape">The numbers of the shape, each from 0 and of any size.</param>
internal sealed partial record NpyDictionary(string Type, bool FortranOrder, IReadOnlyList<BigInteger> Shape)
{
    /// <summary>Digits of a number in the shape, at most: twice what 64 bits need.</summary>
    private const int MaxDigits = 40;

    /// <summary>Numbers of a shape, at most, as in the library that defines the format.</summary>
    private const int MaxAxes = 64;

    /// <summary>Reads the dictionary: a Python literal with exactly the three entries, in any order.</summary>
    public static NpyDictionary Parse(string text, string file)
    {
        var match = Whole().Match(text);
        if (!match.Success)
            throw Malformed(file);
        string? type = null;
        bool? fortran = null;
        List<BigInteger>? shape = null;
        foreach (Match entry in Entry().Matches(match.Groups["body"].Value))
        {
            string value = entry.Groups["value"].Value;
            switch (entry.Groups["key"].Value)
            {
                case "descr" when type is null && value[0] is '\'' or '"':
                    type = value[1..^1];
                    break;
                case "descr" when type is null && value[0] == '[':
                    throw FileProblem.Unsupported(file, $"expected elements of type {NpyHeader.KnownTypes}, found a structured type");
                case "fortran_order" when fortran is null && value is "True" or "False":
                    fortran = value == "True";
                    break;
                case "shape" when shape is null && value[0] == '(':
                    shape = Numbers(value, file);
                    break;
                default:
                    throw Malformed(file);
            }
        }

        return type is null || fortran is null || shape is null ? throw Malformed(file) : new(type, fortran.Value, shape);
    }

    private static List<BigInteger> Numbers(string tuple, string file)
    {
        var numbers = new List<BigInteger>();
        foreach (string part in tuple[1..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string digits = part.TrimEnd('L');
            if (digits.Length == 0 || digits.AsSpan().ContainsAnyExceptInRange('0', '9') || digits.Length > MaxDigits || numbers.Count == MaxAxes)
                throw FileProblem.Corrupt(file, null, "expected a shape of whole numbers in the .npy header, found something else");
            numbers.Add(BigInteger.Parse(digits, CultureInfo.InvariantCulture));
        }

        return numbers;
    }

    private static FlatIndexException Malformed(string file) => FileProblem.Corrupt(
        file, null, "expected a .npy header with descr, fortran_order and shape, each once, found text that is not one");

    private const string EntryPattern = """\s*['"](?<key>\w+)['"]\s*:\s*(?<value>'[^']*'|"[^"]*"|\w+|\([^()]*\)|\[.*\])\s*""";

    [GeneratedRegex($$"""^\s*\{(?<body>{{EntryPattern}}(,{{EntryPattern}})*,?\s*)\}\s*$""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Whole();

    [GeneratedRegex(EntryPattern, RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Entry();
}
