namespace IqdbFlat.Grains.Log.Records;

/// <summary>The name of a stored segment: the epoch of the activation that wrote it, and its number there. Never used twice.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Number">The number; of a log record that counts as a segment, its position.</param>
/// <param name="IsLog">Whether it is a log record that stayed where it is.</param>
internal readonly record struct SegmentName(ulong Epoch, uint Number, bool IsLog = false)
{
    /// <summary>The place of a log record that counts as a segment.</summary>
    public LogPosition ToPlace() => IsLog ? new(Epoch, Number) : throw new InvalidOperationException($"Segment {Epoch}.{Number} is no log record.");

    /// <summary>A log record as a segment.</summary>
    public static SegmentName Of(LogPosition at) => new(at.Epoch, checked((uint)at.Position), true);
}
