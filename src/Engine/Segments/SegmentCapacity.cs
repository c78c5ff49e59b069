using System.Numerics;

namespace IqdbFlat.Engine.Segments;

/// <summary>Rows that a new segment has places for. It starts small beside few rows, so that what it holds in reserve stays a small part of the whole.</summary>
internal static class SegmentCapacity
{
    private const int FirstRows = 16;

    /// <summary>Beside so many live rows.</summary>
    public static int Beside(SegmentLayout layout, int live) =>
        Math.Min((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(FirstRows, live / 32)), layout.FullRows);

    /// <summary>The same where so many rows are expected in all.</summary>
    public static int Beside(SegmentLayout layout, int live, int expected) =>
        Math.Max(Beside(layout, live), (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(expected - live, 0, layout.FullRows)));
}
