using System.Globalization;
using System.Text.RegularExpressions;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine;

/// <summary>Instants as text: ISO 8601, a date and a time with its offset from UTC, exact to the tick.</summary>
/// <remarks>
/// <c>2024-05-01T12:00:00Z</c>, <c>2024-05-01T12:00:00.1234567+02:00</c>. A date alone is its midnight in UTC; seconds, and fractions of up to seven
/// digits, may be left out. Text that is written reads back to the same instant and offset.
/// </remarks>
public static partial class InstantText
{
    private const int FractionDigits = 7;

    /// <summary>The instant in its offset: seconds always, the fraction as short as it can be, <c>Z</c> for no offset.</summary>
    public static string Format(DateTimeOffset value) =>
        value.ToString(value.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);

    /// <summary>Reads an instant; false for text that is none, names a day or time that does not exist, or lies outside the years 1 to 9999.</summary>
    public static bool TryParse(string? text, out DateTimeOffset value)
    {
        value = default;
        var match = Instant().Match(text ?? "");
        if (!match.Success)
            return false;
        int year = Number(match, "year"), month = Number(match, "month"), day = Number(match, "day");
        int hour = Number(match, "hour"), minute = Number(match, "minute"), second = Number(match, "second");
        int offsetHour = Number(match, "offsetHour"), offsetMinute = Number(match, "offsetMinute");
        int offset = ((60 * offsetHour) + offsetMinute) * (match.Groups["sign"].ValueSpan is "-" ? -1 : 1);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        if (offsetMinute > 59 || Math.Abs(offset) > InstantRange.MaxOffsetMinutes)
            return false;
        long local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks
            + int.Parse(match.Groups["fraction"].Value.PadRight(FractionDigits, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        return InstantRange.TryMake(local - (offset * TimeSpan.TicksPerMinute), offset, out value);
    }

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"\A(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})(T(?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})(\.(?<fraction>[0-9]{1,7}))?)?(Z|(?<sign>[+-])(?<offsetHour>[0-9]{2}):(?<offsetMinute>[0-9]{2})))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Instant();
}
