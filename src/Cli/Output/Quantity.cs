using System.Globalization;

namespace IqdbFlat.Cli.Output;

/// <summary>Numbers for people. What a program reads is JSON, with plain numbers.</summary>
internal static class Quantity
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>A count with separators: <c>145,397</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Bytes in the largest unit that leaves at least 1: <c>1.5 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; Math.Abs(value) >= 1024 && unit < ByteUnits.Length - 1; unit++)
            value /= 1024;
        return unit == 0 ? $"{Count(bytes)} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {ByteUnits[unit]}");
    }

    /// <summary>A time with three digits: <c>87.1 us</c>, <c>12.3 ms</c>, <c>4.56 s</c>; above a minute <c>12:34</c> or <c>1:02:03</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time >= TimeSpan.FromHours(1))
            return string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");
        if (time >= TimeSpan.FromMinutes(1))
            return string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
        return time.TotalSeconds >= 1 ? Three(time.TotalSeconds, "s")
            : time.TotalMilliseconds >= 1 ? Three(time.TotalMilliseconds, "ms")
            : Three(time.TotalMicroseconds, "us");
    }

    private static string Three(double value, string unit)
    {
        string format = value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
    }
}
