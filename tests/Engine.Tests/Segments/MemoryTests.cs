using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

public class MemoryTests
{
    [Theory]
    [InlineData(128, 60_000)]
    [InlineData(128, 100_000)]
    [InlineData(128, 131_073)]
    [InlineData(768, 15_000)]
    [InlineData(768, 24_577)]
    public void Rows_with_integer_ids_cost_at_most_1_15_times_their_floats_and_1_40_times_with_codes(int dimension, int count)
    {
        Assert.InRange(Factor(dimension, count, pruning: false), 1, 1.15);
        Assert.InRange(Factor(dimension, count, pruning: true), 1.25, 1.40);
    }

    private static double Factor(int dimension, int count, bool pruning)
    {
        var store = new RowStore(dimension, Metric.Euclidean, pruning);
        var vector = new float[dimension];
        using (var writer = store.BeginWrite())
        {
            for (ulong i = 1; i <= (ulong)count; i++)
                writer.Put(i, i, vector);
            writer.Publish();
        }

        return store.MemoryBytes / ((double)count * dimension * sizeof(float));
    }

    [Fact]
    public unsafe void Rows_begin_at_64_bytes_and_padding_is_zero()
    {
        var layout = new SegmentLayout(17);
        Assert.Equal(32, layout.Stride);
        var segment = new Segment(layout, 16);
        segment.Write(3, 1, 1, [.. Enumerable.Repeat(1f, 17)], Metadata.Empty);
        Assert.Equal(0u, (nuint)segment.Memory.Rows % 64);
        Assert.All(new Span<float>(segment.Memory.Rows + (3 * 32) + 17, 15).ToArray(), padding => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(padding)));
        GC.KeepAlive(segment);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(128)]
    [InlineData(768)]
    [InlineData(1_536)]
    [InlineData(65_536)]
    public unsafe void A_full_segment_is_4_to_8_MiB(int dimension)
    {
        var layout = new SegmentLayout(dimension);
        Assert.InRange((long)layout.FullRows * layout.RowBytes, 4L << 20, (8L << 20) - 1);
        Assert.Equal(0, layout.Stride % 16);
        Assert.InRange(layout.Stride - dimension, 0, 15);
        int last = layout.RowOf(layout.MaxSegments - 1, layout.FullRows - 1);
        Assert.Equal((layout.MaxSegments - 1, layout.FullRows - 1), (layout.SegmentOf(last), layout.OffsetOf(last)));
        Assert.Equal(int.MaxValue, last);
    }

    [Fact]
    public unsafe void Blocks_of_huge_pages_are_aligned_to_them()
    {
        var memory = new SegmentMemory(4 << 20);
        Assert.Equal(0u, (nuint)memory.Rows % (OperatingSystem.IsLinux() ? 2u << 20 : 64u));
        new Span<float>(memory.Rows, 1 << 20).Fill(1);
        GC.KeepAlive(memory);
    }
}
