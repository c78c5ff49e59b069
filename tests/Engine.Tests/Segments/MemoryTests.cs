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
    public void Rows_with_integer_ids_cost_at_most_1_15_times_their_floats(int dimension, int count) =>
        Assert.InRange(Factor(dimension, count, pruning: false), 1, 1.15);

    [Theory]
    [InlineData(128, 60_000)]
    [InlineData(128, 131_073)]
    [InlineData(768, 15_000)]
    [InlineData(768, 24_577)]
    public void Rows_with_integer_ids_and_codes_cost_at_most_1_40_times_their_floats(int dimension, int count) =>
        Assert.InRange(Factor(dimension, count, pruning: true), 1.25, 1.40);

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
        segment.WriteVector(3, [.. Enumerable.Repeat(1f, 17)]);
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

    /// <summary>The bound that a budget rests on: what a batch claims, the smaller segment that readers still hold included.</summary>
    [Fact]
    public void A_batch_claims_no_more_than_was_foretold()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var store = new RowStore(new[] { 1, 3, 64, 700, 2_500 }[random.Next(5)], Metric.Euclidean);
            float[] vector = new float[store.Dimension];
            ulong next = 1;
            for (int batch = 0; batch < 30; batch++)
            {
                int rows = random.Next(1, store.Dimension > 500 ? 300 : 2_000);
                var before = store.Snapshot;
                long foretold = before.GrowthBytes(rows);
                long idsAndMetadata = 0;
                using (var writer = store.BeginWrite())
                {
                    for (int i = 0; i < rows; i++, next++)
                    {
                        var id = random.Next(3) == 0 ? RowId.FromBytes(BitConverter.GetBytes(next)) : (RowId)next;
                        var metadata = random.Next(2) == 0 ? Metadata.Empty : Metadata.From(("a", new string('x', random.Next(300))), ("b", (long)next));
                        idsAndMetadata += RowSnapshot.GrowthBytesOf(id, metadata);
                        writer.Put(id, next, vector, metadata);
                    }

                    writer.Publish();
                }

                long grew = store.MemoryBytes - before.MemoryBytes;
                Assert.True(grew <= foretold + idsAndMetadata, $"seed {seed}, batch {batch}: {rows} rows grew {grew}, foretold {foretold} and {idsAndMetadata}");
                Assert.True(foretold <= (8 * (long)rows * ((store.Dimension * 4) + 200)) + before.MemoryBytes + (16 << 20), $"seed {seed}: {foretold} is no bound worth having");
            }
        }
    }
}
