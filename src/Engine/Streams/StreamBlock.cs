using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Streams;

/// <summary>Rows of a stream that follow each other, side by side and padded with zeros. Filled by one thread, then read by others.</summary>
internal sealed unsafe class StreamBlock
{
    private readonly SegmentMemory _memory;

    /// <summary>A block for at least one row.</summary>
    public StreamBlock(long bytes, int stride)
    {
        Stride = stride;
        Capacity = (int)Math.Clamp(bytes / sizeof(float) / stride, 1, int.MaxValue);
        _memory = new((long)Capacity * stride * sizeof(float));
    }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Rows that find room.</summary>
    public int Capacity { get; }

    /// <summary>Rows that are in.</summary>
    public int Count { get; private set; }

    /// <summary>The number of the first row in the stream.</summary>
    public long FirstRow { get; private set; }

    /// <summary>The first component of a row. Valid while the block is reachable.</summary>
    public float* RowAt(int row) => _memory.Rows + ((long)row * Stride);

    /// <summary>Forgets the rows.</summary>
    public void Begin(long firstRow) => (FirstRow, Count) = (firstRow, 0);

    /// <summary>Adds one row.</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        Span<float> place = new(RowAt(Count), Stride);
        row.CopyTo(place);
        place[row.Length..].Clear();
        Count++;
    }
}
