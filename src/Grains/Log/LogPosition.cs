using System.Globalization;

namespace IqdbFlat.Grains.Log;

/// <summary>A place in a shard's history: the number of a record under the epoch of the activation that wrote it.</summary>
/// <param name="Epoch">The epoch; each activation that takes a shard over has a higher one.</param>
/// <param name="Position">The record's number within the epoch, from 0.</param>
public readonly record struct LogPosition(ulong Epoch, ulong Position) : IComparable<LogPosition>
{
    /// <summary>The place after this one in the same epoch.</summary>
    public LogPosition Next => this with { Position = Position + 1 };

    /// <summary>Orders by epoch, then by position.</summary>
    public int CompareTo(LogPosition other)
    {
        int byEpoch = Epoch.CompareTo(other.Epoch);
        return byEpoch != 0 ? byEpoch : Position.CompareTo(other.Position);
    }

    /// <summary>The epoch and the position, as <c>epoch.position</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Position}");

    /// <summary>Whether the left place is earlier.</summary>
    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left place is later.</summary>
    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left place is earlier, or the same.</summary>
    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left place is later, or the same.</summary>
    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;
}
