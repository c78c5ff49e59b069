using IqdbFlat.Client.Placement;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests;

public class RebalancePlanTests(ITestOutputHelper output)
{
    [Fact]
    public void After_any_plan_every_index_and_all_of_them_lie_evenly_and_no_plan_follows()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 1_000; round++)
        {
            string[] silos = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => $"silo-{i}")];
            var shards = Enumerable.Range(0, random.Next(1, 6))
                .SelectMany(index => Enumerable.Range(0, random.Next(1, 12)).Select(shard => new PlacedShard($"index-{index}", shard, Any(silos))))
                .ToList();
            int least = LeastMovesOfEachIndex(shards, silos);
            var plan = RebalancePlan.Of(shards, silos).ToList();
            Assert.True(plan.Count >= least, $"seed {seed}: {plan.Count} moves, and {least} are needed");
            for (int move = 0; move < plan.Count; move++)
            {
                var (shard, to) = plan[move];
                int at = shards.IndexOf(shard);
                Assert.True(at >= 0, $"seed {seed}: {shard} is moved from where it is not");
                Assert.NotEqual(shard.Silo, to);
                long before = Squares(shards, silos);
                shards[at] = shard with { Silo = to };

                // The first moves, as few as can be, level each index. Those that follow leave them so, and none is in vain.
                if (move >= least)
                    Assert.True(Squares(shards, silos) < before, $"seed {seed}: move {move} of {plan.Count} does not spread the shards better");
                if (move >= least - 1)
                    Assert.All(shards.GroupBy(shard => shard.Index), index => AssertEven(index, silos, seed));
            }

            foreach (var index in shards.GroupBy(shard => shard.Index))
                AssertEven(index, silos, seed);
            AssertEven(shards, silos, seed);
            Assert.True(!RebalancePlan.Of(shards, silos).Any(), $"seed {seed}: a plan follows");
        }

        string Any(string[] silos) => silos[Math.Min(random.Next(silos.Length), random.Next(silos.Length))];
    }

    [Fact]
    public void One_index_takes_as_few_moves_as_there_are_shards_too_many()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            string[] silos = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => $"silo-{i}")];
            PlacedShard[] shards = [.. Enumerable.Range(0, random.Next(1, 24)).Select(i => new PlacedShard("index", i, silos[random.Next(silos.Length)]))];
            Assert.Equal((seed, LeastMovesOfEachIndex(shards, silos)), (seed, RebalancePlan.Of(shards, silos).Count()));
        }
    }

    [Fact]
    public void Indexes_of_one_shard_that_share_a_silo_are_told_apart_by_as_many_moves_as_it_takes()
    {
        PlacedShard[] shards = [new("a", 0, "one"), new("b", 0, "one"), new("c", 0, "one")];
        Assert.Equal(2, RebalancePlan.Of(shards, ["one", "two", "three"]).Count());
    }

    [Fact]
    public void A_silo_that_refuses_shards_is_passed_over_and_the_others_are_levelled()
    {
        PlacedShard[] shards = [.. Enumerable.Range(0, 6).Select(i => new PlacedShard("index", i, "one"))];
        var plan = new RebalancePlan(shards, ["one", "two", "three"]);
        var done = new List<string>();
        int refused = 0;
        while (plan.Next() is { } move)
        {
            // Two takes one shard and has no room for more.
            if (move.To == "two" && done.Contains("two"))
            {
                plan.Refuse(move);
                refused++;
                continue;
            }

            plan.Done(move);
            done.Add(move.To);
        }

        Assert.Equal(["three", "three", "two"], done.Order(StringComparer.Ordinal));
        Assert.True(refused > 0, "what is refused is asked for before");
    }

    [Fact]
    public void A_shard_on_no_silo_or_on_one_that_has_left_is_not_moved() =>
        Assert.Empty(RebalancePlan.Of([new("index", 0, ""), new("index", 1, "gone"), new("index", 2, "a")], ["a", "b"]));

    [Fact]
    public async Task A_rebalance_moves_one_after_the_other_and_says_what_it_moved()
    {
        var cluster = new FakeCluster();
        cluster.Placement.Silos.AddRange([new("one", "127.0.0.1:1"), new("two", "127.0.0.1:2")]);
        cluster.Placement.Shards["docs"] = ["127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"];
        var told = new List<string>();
        await foreach (var move in cluster.Client().RebalanceAsync("docs", TestContext.Current.CancellationToken))
        {
            told.Add($"{move.Index}/{move.Shard}: {move.From} to {move.To}");
            Assert.Equal(told.Count, cluster.Placement.Moves.Count);
        }

        Assert.Equal(["docs/0: one to two", "docs/1: one to two"], told);
        Assert.Equal(["docs/0: 127.0.0.1:1 to 127.0.0.1:2", "docs/1: 127.0.0.1:1 to 127.0.0.1:2"], cluster.Placement.Moves);
        await foreach (var move in cluster.Client().RebalanceAsync(null, TestContext.Current.CancellationToken))
            Assert.Fail($"{move} was moved, and all was even");
    }

    [Fact]
    public async Task A_rebalance_passes_over_a_silo_without_room_and_says_so_in_the_end()
    {
        var cluster = new FakeCluster();
        cluster.Placement.Silos.AddRange([new("one", "127.0.0.1:1"), new("full", "127.0.0.1:2"), new("three", "127.0.0.1:3")]);
        cluster.Placement.Shards["docs"] = ["127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"];
        cluster.Placement.Full = "127.0.0.1:2";
        var told = new List<string>();
        var refused = await Assert.ThrowsAsync<FlatIndexException>(async () =>
        {
            await foreach (var move in cluster.Client().RebalanceAsync("docs", TestContext.Current.CancellationToken))
                told.Add(move.To);
        });
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, refused.Kind);
        Assert.Equal(["three", "three"], told);
        Assert.Equal(2, cluster.Placement.Shards["docs"].Count(silo => silo == "127.0.0.1:1"));
    }

    // With so many shards over so many silos, the fullest silos keep one more than the others: what lies above that must move.
    private static int LeastMovesOfEachIndex(IEnumerable<PlacedShard> shards, string[] silos) => shards.GroupBy(shard => shard.Index).Sum(index =>
    {
        int[] counts = [.. silos.Select(silo => index.Count(shard => shard.Silo == silo)).OrderDescending()];
        var (each, more) = Math.DivRem(counts.Sum(), silos.Length);
        return counts.Select((count, place) => Math.Max(0, count - each - (place < more ? 1 : 0))).Sum();
    });

    private static long Squares(IEnumerable<PlacedShard> shards, string[] silos) =>
        silos.Sum(silo => (long)Math.Pow(shards.Count(shard => shard.Silo == silo), 2));

    private static void AssertEven(IEnumerable<PlacedShard> shards, string[] silos, int seed)
    {
        int[] counts = [.. silos.Select(silo => shards.Count(shard => shard.Silo == silo))];
        Assert.True(counts.Max() - counts.Min() <= 1, $"seed {seed}: the silos have {string.Join(", ", counts)} shards");
    }
}
