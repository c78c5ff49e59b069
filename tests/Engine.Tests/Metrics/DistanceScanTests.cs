using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Tests.Metrics;

public unsafe class DistanceScanTests
{
    private const float Untouched = -12345.5f;

    public static TheoryData<string, Metric, Components> Matrix()
    {
        TheoryData<string, Metric, Components> matrix = [];
        foreach (LanesKind lanes in SupportedLanes())
        {
            foreach (Metric metric in Enum.GetValues<Metric>())
            {
                foreach (Components components in Enum.GetValues<Components>())
                {
                    matrix.Add(lanes.ToString(), metric, components);
                }
            }
        }

        return matrix;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Every_dimension_and_row_count_gives_the_bits_of_the_reference(string lanes, Metric metric, Components components)
    {
        int[] dimensions = [.. Enumerable.Range(1, 40), 63, 64, 65, 127, 128, 129, 768, 1536];
        foreach (int dimension in dimensions)
        {
            Random random = new(dimension);
            float[] query = SampleVectors.Make(random, components, dimension);
            float[][] rows = new float[dimension < 100 ? 21 : 11][];
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = SampleVectors.Make(random, components, dimension);
            }

            rows[2] = [.. query]; // a duplicate of the query
            rows[5] = [.. rows[4]]; // two rows alike
            rows[6] = [.. query.Select(component => -component)];
            rows[7] = new float[dimension];
            for (int count = 0; count <= rows.Length; count += count < 10 ? 1 : rows.Length - 10)
            {
                CheckAgainstReference(Enum.Parse<LanesKind>(lanes), metric, query, rows[..count], offset: 0);
                if (count == rows.Length)
                {
                    break;
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(SupportedLanesData))]
    public void A_row_at_any_address_gives_the_same_bits(string lanes)
    {
        Random random = new(7);
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            float[] query = SampleVectors.Make(random, Components.Normal, 33);
            float[][] rows = [.. Enumerable.Range(0, 9).Select(_ => SampleVectors.Make(random, Components.Normal, 33))];
            for (int offset = 0; offset < 16; offset++)
            {
                CheckAgainstReference(Enum.Parse<LanesKind>(lanes), metric, query, rows, offset);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SupportedLanesData))]
    public void Zero_padding_changes_no_bit(string lanes)
    {
        Random random = new(8);
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            foreach (Components components in Enum.GetValues<Components>())
            {
                float[] query = SampleVectors.Make(random, components, 19);
                float[] row = SampleVectors.Make(random, components, 19);
                uint expected = Bits(ReferenceDistance.Compute(metric, query, row));
                for (int length = 19; length < 70; length++)
                {
                    Array.Resize(ref query, length);
                    Array.Resize(ref row, length);
                    Assert.Equal(expected, Bits(ReferenceDistance.Compute(metric, query, row)));
                    Assert.Equal(expected, Bits(CanonicalDistance.Compute(Enum.Parse<LanesKind>(lanes), metric, query, row)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(SupportedLanesData))]
    public void A_denominator_at_the_floor_counts_as_zero(string lanes)
    {
        // Products of norms just below, at and just above 2^-126, in the rows that go by fours and in the one that is left.
        float floorRoot = MathF.ScaleB(1, -63);
        float[] norms = [MathF.BitDecrement(floorRoot), floorRoot, MathF.BitIncrement(floorRoot), 2 * floorRoot, floorRoot];
        CheckAgainstReference(Enum.Parse<LanesKind>(lanes), Metric.Cosine, [floorRoot], [.. norms.Select(norm => new[] { norm })], offset: 0);
        Assert.Equal(1.0f, CanonicalDistance.Compute(Enum.Parse<LanesKind>(lanes), Metric.Cosine, [floorRoot], [floorRoot]));
        Assert.Equal(0.0f, CanonicalDistance.Compute(Enum.Parse<LanesKind>(lanes), Metric.Cosine, [floorRoot], [2 * floorRoot]));
    }

    [Fact]
    public void No_rows_touch_nothing()
    {
        foreach (LanesKind lanes in SupportedLanes())
        {
            DistanceScan.Compute(lanes, new PreparedQuery(Metric.Euclidean, [1.0f]), null, 0, null);
        }
    }

    [Fact]
    public void The_widest_lanes_are_what_a_plain_call_runs()
    {
        Assert.True(KernelSelection.IsSupported(KernelSelection.Widest));
        Assert.Equal(KernelSelection.Widest, SupportedLanes().Last());
        Random random = new(9);
        float[] query = SampleVectors.Make(random, Components.Normal, 100);
        float[][] rows = [.. Enumerable.Range(0, 9).Select(_ => SampleVectors.Make(random, Components.Normal, 100))];
        using AlignedRows memory = new(rows);
        float[] expected = new float[9];
        float[] found = new float[9];
        PreparedQuery prepared = new(Metric.Cosine, query);
        fixed (float* e = expected, f = found)
        {
            DistanceScan.Compute(KernelSelection.Widest, prepared, memory.Start, 9, e);
            DistanceScan.Compute(prepared, memory.Start, 9, f);
        }

        Assert.Equal(expected.Select(Bits), found.Select(Bits));
    }

    [Fact]
    public void Lanes_that_the_processor_lacks_are_refused()
    {
        PreparedQuery query = new(Metric.Euclidean, [1.0f]);
        Assert.Throws<PlatformNotSupportedException>(() => DistanceScan.Compute((LanesKind)99, query, null, 0, null));
    }

    [Fact]
    public void A_scan_allocates_nothing()
    {
        PreparedQuery query = new(Metric.Euclidean, new float[64]);
        using AlignedRows memory = new([.. Enumerable.Range(0, 100).Select(_ => new float[64])]);
        float* distances = stackalloc float[100];
        DistanceScan.Compute(query, memory.Start, 100, distances);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DistanceScan.Compute(query, memory.Start, 100, distances);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    public static TheoryData<string> SupportedLanesData() => [.. SupportedLanes().Select(lanes => lanes.ToString())];

    private static IEnumerable<LanesKind> SupportedLanes() => Enum.GetValues<LanesKind>().Where(KernelSelection.IsSupported);

    private static void CheckAgainstReference(LanesKind lanes, Metric metric, float[] query, float[][] rows, int offset)
    {
        using AlignedRows memory = new(rows, offset);
        PreparedQuery prepared = new(metric, query);
        float[] distances = new float[rows.Length + 1];
        Array.Fill(distances, Untouched);
        fixed (float* start = distances)
        {
            DistanceScan.Compute(lanes, prepared, memory.Start, rows.Length, start);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            uint expected = Bits(ReferenceDistance.Compute(metric, query, rows[i]));
            uint pair = Bits(CanonicalDistance.Compute(lanes, metric, query, rows[i]));
            if (expected != Bits(distances[i]) || expected != pair)
            {
                Assert.Fail($"{lanes} {metric}, dimension {query.Length}, row {i} of {rows.Length}: expected {expected:X8}, scan {Bits(distances[i]):X8}, pair {pair:X8}");
            }
        }

        Assert.Equal(Untouched, distances[rows.Length]);
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
