using System.Globalization;
using System.Text;
using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Cluster;

/// <summary>Collection names as index names, and back. No two collections meet in one index.</summary>
/// <remarks>
/// An index name begins with <c>vd-</c>. Lower-case letters and digits stand for themselves, a hyphen and a lower-case letter for the upper-case one, <c>-0</c> for the underscore,
/// <c>-1</c> for the hyphen, <c>-2</c> for the full stop, <c>-3</c> for the space, and <c>-9</c> with two hexadecimal digits for any other byte of the name in UTF-8.
/// </remarks>
internal static class CollectionName
{
    private const string Prefix = "vd-";
    private const string Common = "_-. ";
    private const char OtherByte = '9';

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The index of a collection; <see cref="FlatErrorKind.InvalidConfig"/> for a name that is too long, or not Unicode.</summary>
    public static string ToIndex(string collection)
    {
        var index = new StringBuilder(Prefix);
        foreach (byte unit in BytesOf(collection))
        {
            char letter = (char)unit;
            if (char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))
                index.Append(letter);
            else if (char.IsAsciiLetterUpper(letter))
                index.Append('-').Append(char.ToLowerInvariant(letter));
            else if (Common.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var place)
                index.Append('-').Append(place);
            else
                index.Append('-').Append(OtherByte).Append(CultureInfo.InvariantCulture, $"{unit:x2}");
        }

        return index.Length <= IndexName.MaxLength
            ? index.ToString()
            : throw FlatIndexException.InvalidConfig(
                $"the name of a collection in a cluster fits into an index name of {IndexName.MaxLength} characters, where an upper-case letter or one of '{Common}' takes two, found '{collection}', which takes {index.Length}");
    }

    /// <summary>The collection of an index; null for an index that is none.</summary>
    public static string? FromIndex(string index)
    {
        if (!index.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var bytes = new List<byte>(index.Length);
        for (int i = Prefix.Length; i < index.Length; i++)
        {
            if (index[i] != '-')
            {
                bytes.Add((byte)index[i]);
                continue;
            }

            if (++i == index.Length)
                return null;
            if (char.IsAsciiLetterLower(index[i]))
                bytes.Add((byte)char.ToUpperInvariant(index[i]));
            else if (index[i] - '0' is >= 0 and var place && place < Common.Length)
                bytes.Add((byte)Common[place]);
            else if (index[i] == OtherByte && i + 2 < index.Length && byte.TryParse(index.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte unit))
                (i, _) = (i + 2, Add(bytes, unit));
            else
                return null;
        }

        try
        {
            string collection = Utf8.GetString([.. bytes]);
            return collection.Length > 0 && ToIndex(collection) == index ? collection : null;
        }
        catch (DecoderFallbackException)
        {
            // Somebody else's index that happens to begin alike.
            return null;
        }
    }

    private static bool Add(List<byte> bytes, byte unit)
    {
        bytes.Add(unit);
        return true;
    }

    private static byte[] BytesOf(string collection)
    {
        try
        {
            return Utf8.GetBytes(collection);
        }
        catch (EncoderFallbackException)
        {
            throw FlatIndexException.InvalidConfig("the name of a collection is valid Unicode, found one with half of a surrogate pair");
        }
    }
}
