using IqdbFlat.Cli.Numerics;

namespace IqdbFlat.Cli.Chaos;

/// <summary>What is done to the silos in one round, out of the seed.</summary>
/// <param name="Writes">Acknowledgements to wait for first.</param>
/// <param name="Pause">A time to wait after them, so that the kill comes at any moment of a write.</param>
/// <param name="Victims">The silos to kill, one right after the other.</param>
/// <param name="AgainAfter">How long after their start some of them are killed once more; null for not at all.</param>
/// <param name="AgainCount">How many of them.</param>
internal sealed record KillPlan(int Writes, TimeSpan Pause, IReadOnlyList<int> Victims, TimeSpan? AgainAfter, int AgainCount)
{
    private const ulong Stream = 0x6b696c6c_00000000;
    private const int MostWrites = 60;
    private const int LongestPauseMilliseconds = 250;
    private const int LatestAgainMilliseconds = 2_500;
    private const int AllOneIn = 2;
    private const int AgainOneIn = 4;

    /// <summary>The plan of a round.</summary>
    public static KillPlan Of(ulong seed, int round, int silos)
    {
        var random = new Xoshiro256(seed, Stream, (ulong)round);
        int writes = 1 + random.Below(MostWrites);
        var pause = TimeSpan.FromMilliseconds(random.NextDouble() * LongestPauseMilliseconds);
        int count = random.Below(AllOneIn) == 0 ? silos : 1 + random.Below(silos);
        int[] order = [.. Enumerable.Range(0, silos)];
        for (int i = silos - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        bool again = random.Below(AgainOneIn) == 0;
        var after = TimeSpan.FromMilliseconds(random.NextDouble() * LatestAgainMilliseconds);
        return new(writes, pause, order[..count], again ? after : null, again ? 1 + random.Below(count) : 0);
    }
}
