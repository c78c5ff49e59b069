using CsCheck;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.TopK;

public class NearestSelectionTests
{
    private static readonly Gen<Candidate[]> Some = Gen.UInt[0, 40].Array[1, 400].Select(
        keys => keys.Select((key, i) => new Candidate(key, i, (ulong)((i * 7_919) % 10_007))).ToArray());

    [Fact]
    public void The_first_are_the_nearest_and_the_worst_of_them_comes_last() => Gen.Select(Some, Gen.Int[0, 399]).Sample((candidates, at) =>
    {
        int nearest = 1 + (at % candidates.Length);
        Candidate[] sorted = [.. candidates.Order()];
        NearestSelection.Worst(candidates, out Candidate worst);
        Assert.Equal(sorted[^1], worst);
        NearestSelection.Select(candidates, nearest);
        Assert.Equal(sorted.Take(nearest), candidates.Take(nearest).Order());
        Assert.Equal(sorted[nearest - 1], candidates[nearest - 1]);
        Assert.Equal(sorted, candidates.Order());
    });
}
