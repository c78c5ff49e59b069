using System.Numerics;
using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Segments;

/// <summary>How rows of one dimension lie in segments: the stride, the rows of a full segment, and the numbering of rows.</summary>
/// <remarks>
/// A row's number is <c>segment &lt;&lt; Shift | offset</c>. A full segment is the least power of two of rows that fills 4 MiB, so it
/// is at most 8 MiB (and at least one row).
/// </remarks>
internal readonly record struct SegmentLayout
{
    private const int FullBytes = 4 << 20;
    private const int LaneCount = 16;

    /// <summary>The layout of rows of one dimension, or of packed ones.</summary>
    /// <param name="dimension">Components of a row.</param>
    /// <param name="form">The bound that codes are for.</param>
    /// <param name="parts">The vectors of a packed row; null for rows that are one vector.</param>
    public SegmentLayout(int dimension, BoundForm form = BoundForm.None, VectorParts? parts = null)
    {
        Parts = parts;
        Dimension = dimension;
        Stride = (dimension + LaneCount - 1) / LaneCount * LaneCount;
        int rows = (FullBytes + RowBytes - 1) / RowBytes;
        Shift = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)rows));
        int coded = parts is null ? dimension : parts[0].Dimension;
        CodedStride = (coded + LaneCount - 1) / LaneCount * LaneCount;
        Codes = new CodeLayout(coded, 1 << Shift, form);
    }

    /// <summary>Components of a vector.</summary>
    public int Dimension { get; }

    /// <summary>Floats from one row to the next: the dimension rounded up to whole sixteen-lane steps, zero padded.</summary>
    public int Stride { get; }

    /// <summary>The base-two logarithm of the rows of a full segment.</summary>
    public int Shift { get; }

    /// <summary>The vectors of a packed row; null for rows that are one vector.</summary>
    public VectorParts? Parts { get; }

    /// <summary>Floats at the begin of a row that its codes stand for: all of a row that is one vector, the first vector of a packed one.</summary>
    public int CodedStride { get; }

    /// <summary>How codes lie behind the rows of a segment, if there are any.</summary>
    public CodeLayout Codes { get; }

    /// <summary>Bytes of one row.</summary>
    public int RowBytes => Stride * sizeof(float);

    /// <summary>Rows of a full segment.</summary>
    public int FullRows => 1 << Shift;

    /// <summary>Segment numbers there are; a row's number stays a non-negative 32-bit integer.</summary>
    public int MaxSegments => 1 << (31 - Shift);

    /// <summary>The segment's number of a row.</summary>
    public int SegmentOf(int row) => row >> Shift;

    /// <summary>The place of a row in its segment.</summary>
    public int OffsetOf(int row) => row & (FullRows - 1);

    /// <summary>A row's number.</summary>
    public int RowOf(int segment, int offset) => (segment << Shift) | offset;
}
