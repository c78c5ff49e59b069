using System.Globalization;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>Ids on the command line: <c>7</c> is a number, <c>0x0a</c> is bytes, so that the two kinds cannot be mixed up.</summary>
internal static class RowIdText
{
    /// <summary>Reads an id.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> with what was expected.</exception>
    public static RowId Parse(string text)
    {
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            return number;
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            throw Malformed(text);
        var hex = text.AsSpan(2);
        var bytes = new byte[hex.Length / 2];
        if (hex.Length % 2 != 0 || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            throw Malformed(text);
        var id = RowId.FromBytes(bytes);
        RowIdLimits.Check(id);
        return id;
    }

    /// <summary>Writes an id so that <see cref="Parse"/> reads it back.</summary>
    public static string Of(in RowId id) => id.IsBytes ? $"0x{id}" : id.ToString();

    private static FlatIndexException Malformed(string text) => FlatIndexException.InvalidConfig(
        $"expected an id as a number from 0 to {ulong.MaxValue} or as bytes like 0x0a1b, found '{text}'");
}
