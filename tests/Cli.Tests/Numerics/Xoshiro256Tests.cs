using IqdbFlat.Cli.Numerics;

namespace IqdbFlat.Cli.Tests.Numerics;

public class Xoshiro256Tests
{
    /// <summary>The first outputs of SplitMix64(0) fill the state, and the first output is a function of the second of them.</summary>
    [Fact]
    public void The_first_number_follows_from_the_published_constants()
    {
        // SplitMix64 from 0 gives e220a8397b1dcdaf, 6e789e6aa1b965f4, ...; the output is rotl(s1 * 5, 7) * 9.
        var random = new Xoshiro256(0);
        Assert.Equal(unchecked(System.Numerics.BitOperations.RotateLeft(0x6e789e6aa1b965f4UL * 5, 7) * 9), random.Next());
    }

    [Fact]
    public void Numbers_below_a_count_are_even()
    {
        var random = new Xoshiro256(1, 2, 3);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.Below(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }
}
