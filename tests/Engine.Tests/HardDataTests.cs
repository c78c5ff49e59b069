namespace IqdbFlat.Engine.Tests;

/// <summary>The hard data is hard: each kind has what it is named for. Data that had lost it would let every test that uses it pass for nothing.</summary>
public class HardDataTests
{
    private const int Rows = 2_000;
    private const int Dimension = 24;

    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_component_is_finite_and_a_seed_gives_the_same_rows(HardKind kind)
    {
        float[][] rows = new HardData(kind, Dimension, 1).Take(Rows);
        Assert.All(rows, row => Assert.True(row.Length == Dimension && row.All(float.IsFinite)));
        Assert.Equal(rows.Select(row => string.Join(' ', row)), new HardData(kind, Dimension, 1).Take(Rows).Select(row => string.Join(' ', row)));
    }

    [Theory]
    [InlineData(HardKind.Duplicated)]
    [InlineData(HardKind.Ties)]
    [InlineData(HardKind.Zero)]
    public void Some_distance_is_shared_by_the_hundred(HardKind kind)
    {
        var data = new HardData(kind, Dimension, 2);
        float[] query = data.Next();
        Assert.Contains(data.Take(Rows).GroupBy(row => CanonicalDistance.Compute(Metric.Euclidean, query, row)), group => group.Count() >= 100);
    }

    [Fact]
    public void Some_distances_overflow_and_some_are_not_numbers()
    {
        var data = new HardData(HardKind.Overflow, Dimension, 3);
        float[] query = data.Next();
        float[][] rows = data.Take(Rows);
        Assert.Contains(rows, row => float.IsPositiveInfinity(CanonicalDistance.Compute(Metric.Euclidean, query, row)));
        Assert.Contains(rows, row => float.IsNaN(CanonicalDistance.Compute(Metric.DotProduct, query, row)));
        Assert.Contains(rows, row => float.IsFinite(CanonicalDistance.Compute(Metric.Manhattan, query, row)));
    }

    [Fact]
    public void Some_rows_differ_in_one_bit_alone()
    {
        float[][] rows = new HardData(HardKind.LastBit, Dimension, 4).Take(Rows);
        Assert.Contains(rows, row => rows.Any(other => row.Zip(other).Count(pair => pair.First != pair.Second) == 1));
    }

    [Fact]
    public void Subnormal_components_are_below_the_normal_range() =>
        Assert.All(new HardData(HardKind.Subnormal, Dimension, 5).Take(Rows), row => Assert.All(row, component => Assert.False(float.IsNormal(component))));
}
