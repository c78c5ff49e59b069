using System.Globalization;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary>Sizes on the command line: <c>512MiB</c>, <c>2 GiB</c>, <c>1000000</c>.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];

    /// <summary>Reads a size.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> for anything else.</exception>
    public static long Parse(string option, string text)
    {
        var (unit, bytes) = Units.FirstOrDefault(unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase));
        string number = unit is null ? text : text[..^unit.Length];
        return double.TryParse(number.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * (unit is null ? 1 : bytes) is >= 1 and < long.MaxValue and var size
            ? (long)size
            : throw FlatIndexException.InvalidConfig($"expected {option} to be a size such as 512MiB or 2GiB, found '{text}'");
    }
}
