using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Tests.Metrics;

public unsafe class DistanceTileTests
{
    private const float Untouched = -12345.5f;

    public static TheoryData<string, Metric, HardKind> Matrix()
    {
        TheoryData<string, Metric, HardKind> matrix = [];
        foreach (string lanes in SupportedLanes())
        {
            foreach (Metric metric in Enum.GetValues<Metric>())
            {
                foreach (HardKind kind in HardData.Kinds)
                    matrix.Add(lanes, metric, kind);
            }
        }

        return matrix;
    }

    public static TheoryData<string> LanesData() => [.. SupportedLanes()];

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Every_pair_has_the_bits_of_the_reference(string lanes, Metric metric, HardKind kind)
    {
        foreach (int dimension in new[] { 1, 15, 16, 17, 33, 128 })
        {
            HardData data = new(kind, dimension, dimension);
            float[][] rows = data.Take(11);
            float[][] queries = [.. data.Take(4), rows[3]];
            Check(Enum.Parse<LanesKind>(lanes), metric, queries, rows, offset: dimension % 4);
        }
    }

    [Theory]
    [MemberData(nameof(LanesData))]
    public void Every_number_of_queries_and_rows_fills_its_matrix_and_nothing_else(string lanes)
    {
        HardData data = new(HardKind.Normal, 21, 5);
        float[][] rows = data.Take(10);
        float[][] queries = data.Take(7);
        foreach (Metric metric in new[] { Metric.Euclidean, Metric.Cosine })
        {
            for (int queryCount = 0; queryCount <= queries.Length; queryCount++)
            {
                for (int rowCount = 0; rowCount <= rows.Length; rowCount++)
                    Check(Enum.Parse<LanesKind>(lanes), metric, queries[..queryCount], rows[..rowCount]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LanesData))]
    public void More_queries_than_a_group_and_more_components_than_a_block_change_no_bit(string lanes)
    {
        // Groups end after 32 queries of 16 components and after 8 of 512; blocks end every 512 components.
        foreach (var (dimension, queryCount) in new[] { (16, 65), (100, 43), (512, 19), (513, 11), (1_024, 9), (1_536, 4), (2_000, 3) })
        {
            HardData data = new(HardKind.Normal, dimension, 6);
            foreach (Metric metric in Enum.GetValues<Metric>())
                Check(Enum.Parse<LanesKind>(lanes), metric, data.Take(queryCount), data.Take(6));
        }
    }

    [Fact]
    public void Lanes_that_the_processor_lacks_are_refused() => Assert.Throws<PlatformNotSupportedException>(
        () => DistanceTile.Compute((LanesKind)99, Metric.Euclidean, null, null, 0, null, 16, 0, null, 0));

    [Fact]
    public void A_tile_allocates_nothing()
    {
        using AlignedRows queries = new(new HardData(HardKind.Normal, 64, 1).Take(9));
        using AlignedRows rows = new(new HardData(HardKind.Normal, 64, 2).Take(50));
        float* squares = stackalloc float[9];
        float* distances = stackalloc float[9 * 50];
        DistanceTile.Compute(Metric.Cosine, queries.Start, squares, 9, rows.Start, 64, 50, distances, 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DistanceTile.Compute(Metric.Cosine, queries.Start, squares, 9, rows.Start, 64, 50, distances, 50);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static IEnumerable<string> SupportedLanes() =>
        Enum.GetValues<LanesKind>().Where(KernelSelection.IsSupported).Select(lanes => lanes.ToString());

    private static void Check(LanesKind lanes, Metric metric, float[][] queries, float[][] rows, int offset = 0)
    {
        int dimension = (queries.FirstOrDefault() ?? rows.FirstOrDefault() ?? [0f]).Length;
        int pitch = rows.Length + 3;
        using AlignedRows queryMemory = new(queries, offset);
        using AlignedRows rowMemory = new(rows, offset);
        float[] squares = [.. queries.Select(query => new PreparedQuery(metric, query).Squares), 0];
        float[] found = new float[(queries.Length * pitch) + 1];
        Array.Fill(found, Untouched);
        fixed (float* distances = found, querySquares = squares)
        {
            DistanceTile.Compute(
                lanes, metric, queryMemory.Start, querySquares, queries.Length, rowMemory.Start, PreparedQuery.StrideOf(dimension), rows.Length, distances, pitch);
        }

        for (int i = 0; i < found.Length; i++)
        {
            var (query, row) = (i / pitch, i % pitch);
            bool isPair = query < queries.Length && row < rows.Length;
            float expected = isPair ? ReferenceDistance.Compute(metric, queries[query], rows[row]) : Untouched;
            if (BitConverter.SingleToUInt32Bits(expected) != BitConverter.SingleToUInt32Bits(found[i]))
                Assert.Fail($"{lanes} {metric}, dimension {dimension}, query {query} of {queries.Length}, row {row} of {rows.Length}: expected {expected}, found {found[i]}");
        }
    }
}
