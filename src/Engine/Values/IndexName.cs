using System.Buffers;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine;

/// <summary>What an index may be called: 1 to 63 characters out of a to z, 0 to 9 and the hyphen.</summary>
public static class IndexName
{
    /// <summary>Characters of a name, at most.</summary>
    public const int MaxLength = 63;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether the text is a name that an index may have.</summary>
    public static bool IsValid(ReadOnlySpan<char> name) => name.Length is >= 1 and <= MaxLength && IndexOfBad(name) < 0;

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/>, saying what was found, when no index may be called so.</summary>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MaxLength)
            throw FlatIndexException.InvalidConfig($"an index name has 1 to {MaxLength} characters, found {name.Length}");
        int bad = IndexOfBad(name);
        if (bad >= 0)
            throw FlatIndexException.InvalidConfig($"an index name has only a to z, 0 to 9 and -, found {UnicodeText.Quote(name)}");
    }

    private static int IndexOfBad(ReadOnlySpan<char> name) => name.IndexOfAnyExcept(Allowed);
}
