using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Dots;

namespace IqdbFlat.Engine.Tests.Pruning;

public class BoundFuzzTests(ITestOutputHelper output)
{
    private const long Many = 10_000_000;
    private const long Few = 200_000;

    public static TheoryData<string> Kinds => [.. Enum.GetNames<DotsKind>()];

    [Fact]
    public void No_bound_passes_the_canonical_distance()
    {
        ulong seed = (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}");
        var report = BoundFuzz.Run(Many, seed, Math.Min(Environment.ProcessorCount, 4), TestContext.Current.CancellationToken);
        output.WriteLine($"{report}");
        Assert.True(report.Violations == 0, $"seed {seed}: {report.FirstViolation}");
        Assert.True(report.Bounded > report.Pairs / 2, $"only {report.Bounded} of {report.Pairs} pairs had a bound");
        Assert.True(report.TightestMargin is >= 0 and < 1e-5, $"the tightest margin is {report.TightestMargin}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Instruction_sets_agree_to_the_bit(string name)
    {
        var kind = Enum.Parse<DotsKind>(name);
        Assert.SkipUnless(BlockBounds.IsSupported(kind), $"this processor has no {kind}");
        Assert.Equal(Run(DotsKind.Scalar), Run(kind));

        static BoundFuzzReport Run(DotsKind kind) => BoundFuzz.Run(Few, 3, 1, static stride => new KernelRounding(stride), kind);
    }

    [Fact]
    public void The_number_of_threads_does_not_show() => Assert.Equal(BoundFuzz.Run(Few, 4), BoundFuzz.Run(Few, 4, threads: 3));

    [Fact]
    public void Without_the_slack_for_the_kernel_some_row_would_be_lost()
    {
        var report = BoundFuzz.Run(Few, 5, 1, static _ => KernelRounding.None, BlockBounds.Fastest);
        Assert.True(report.Violations > report.CentreViolations, $"{report}");
        Assert.True(report.CentreViolations > 0, $"{report}");
        Assert.NotNull(report.FirstViolation);
    }

    [Fact]
    public void Without_slack_a_comparison_that_is_not_strict_would_lose_ties()
    {
        // Small integers: codes leave nothing out and the kernel rounds nothing, so the bound is the distance itself.
        var metric = Metric.SquaredEuclidean;
        float[] query = new float[40], row = new float[40];
        query[0] = row[0] = QueryCodes.MostCode;
        row[1] = 3;
        row[2] = RowEncoder.MostCode;
        float distance = CanonicalDistance.Compute(metric, query, row);
        Assert.Equal(9 + (127 * 127), distance);
        Assert.False(Prunes(KernelRounding.None, distance));
        Assert.True(Prunes(KernelRounding.None, MathF.BitDecrement(distance)));
        Assert.False(Prunes(new KernelRounding(48), MathF.BitDecrement(distance)));
        Assert.True(Prunes(new KernelRounding(48), 16_137f));

        unsafe bool Prunes(KernelRounding rounding, float limit)
        {
            var prepared = new PreparedQuery(metric, query);
            var layout = new CodeLayout(query.Length, 16, BoundForm.Distance);
            var code = new QueryCode(prepared, layout, rounding);
            byte[] block = new byte[layout.BlockBytes];
            float[] padded = new float[prepared.Stride];
            row.CopyTo(padded, 0);
            fixed (byte* start = block)
            fixed (float* components = padded)
            {
                CodeBlocks.Write(start, layout, 0, components, prepared.Stride);
                return (BlockBounds.Create(BlockBounds.Fastest, code, layout).Out(start, code.LimitOf(limit)) & 1) != 0;
            }
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void Nothing_is_pruned_against_a_distance_that_is_infinite_or_no_number(float distance)
    {
        foreach (var metric in new[] { Metric.Euclidean, Metric.SquaredEuclidean, Metric.Cosine, Metric.DotProduct })
        {
            float[] query = [.. Enumerable.Repeat(1f, 40)];
            var code = new QueryCode(new PreparedQuery(metric, query), new CodeLayout(40, 16, BoundForms.Of(metric)));
            Assert.True(code.IsBounded);
            Assert.False(double.IsFinite(code.LimitOf(distance)));
        }
    }
}
