using System.Buffers;

namespace IqdbFlat.Engine.Filters;

/// <summary>The words of filter text, and which field names are plain enough to stand without quotes.</summary>
internal static class FilterWords
{
    public const string And = "and";
    public const string Or = "or";
    public const string Not = "not";
    public const string In = "in";
    public const string True = "true";
    public const string False = "false";
    public const string Null = "null";
    public const string NaN = "nan";
    public const string Infinity = "infinity";

    // These stand where no field name can, so that fields may be called like them.
    public const string Contains = "contains";
    public const string ContainsAny = "containsany";
    public const string StartsWith = "startswith";
    public const string EndsWith = "endswith";
    public const string ContainsText = "containstext";
    public const string Instant = "instant";

    private static readonly SearchValues<string> Words =
        SearchValues.Create([And, Or, Not, In, True, False, Null, NaN, Infinity], StringComparison.OrdinalIgnoreCase);

    public static bool IsReserved(string word) => Words.Contains(word);

    public static bool CanStart(char letter) => char.IsLetter(letter) || letter == '_';

    public static bool CanContinue(char letter) => CanStart(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-' or ':';

    /// <summary>Whether the field name needs no quotes.</summary>
    public static bool IsPlain(string field)
    {
        if (field.Length == 0 || !CanStart(field[0]) || IsReserved(field))
            return false;
        foreach (char letter in field)
        {
            if (!CanContinue(letter))
                return false;
        }

        return true;
    }
}
