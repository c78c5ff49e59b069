namespace IqdbFlat.Engine.Values;

/// <summary>Which ticks and offsets make an instant: those of <see cref="DateTimeOffset"/>.</summary>
internal static class InstantRange
{
    /// <summary>Minutes of an offset from UTC, at most.</summary>
    public const int MaxOffsetMinutes = 14 * 60;

    /// <summary>The instant of these ticks in UTC, or false where it, its offset or its local time is out of range.</summary>
    public static bool TryMake(long utcTicks, long offsetMinutes, out DateTimeOffset value)
    {
        value = default;
        if (Math.Abs(offsetMinutes) > MaxOffsetMinutes || !IsInRange(utcTicks) || !IsInRange(utcTicks + (offsetMinutes * TimeSpan.TicksPerMinute)))
            return false;
        value = new DateTimeOffset(utcTicks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(offsetMinutes));
        return true;
    }

    private static bool IsInRange(long ticks) => (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks;
}
