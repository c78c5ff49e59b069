using IqdbFlat.Engine.Plans;
using IqdbFlat.Engine.Tests.Scan;

namespace IqdbFlat.Engine.Tests.Plans;

public class FilterPlanTests
{
    [Theory]
    [InlineData(1, 40, 9_000, 1)]
    [InlineData(2, 700, 4_000, 1)]
    [InlineData(3, 700, 4_000, 3)]
    [InlineData(4, 20_000, 150, 2)]
    [InlineData(5, 3, 3_000, 1)]
    public void No_plan_shows_in_the_answer_and_each_counts_what_it_reads(int seed, int dimension, int count, int threads)
    {
        var rows = new RandomRows(seed);
        var metric = (Metric)(seed % 6);
        FlatIndex[] indexes = [.. ForcedPlans.All.Append(null).Select(costs => new FlatIndex(dimension, metric, new FlatIndexOptions { Threads = threads, Costs = costs }))];
        Row[] batch = [.. Enumerable.Range(0, count).Select(i => new Row((ulong)i, rows.Vector(dimension), rows.Metadata()))];
        var oracle = IndexOracle.Of(dimension, metric, batch);
        RowId[] gone = [.. Enumerable.Range(0, count).Where(_ => rows.Random.Next(7) == 0).Select(i => (RowId)(ulong)i)];
        RowId[] changed = [.. Enumerable.Range(0, count).Where(_ => rows.Random.Next(9) == 0).Select(i => (RowId)(ulong)i).Except(gone)];
        var changes = changed.ToDictionary(id => id, _ => rows.Metadata());
        Assert.All(gone, id => Assert.True(oracle.Delete(id)));
        Assert.All(changed, id => Assert.True(oracle.UpdateMetadata(id, changes[id])));
        foreach (var index in indexes)
        {
            index.InsertBatch(batch);
            index.DeleteBatch(gone);
            foreach (var id in changed)
                index.UpdateMetadata(id, changes[id]);
        }

        for (int i = 0; i < 25; i++)
        {
            var query = rows.Vector(dimension);
            var filter = i == 0 ? null : rows.Filter(1 + (i % 4));
            var expected = oracle.Search(query, 20, filter);
            foreach (var (index, plan) in indexes.Zip([SearchPlans.Scan, SearchPlans.Runs, SearchPlans.Gather, SearchPlans.None]))
            {
                var found = index.Search(query, 20, new SearchOptions { Filter = filter, Plan = SearchPlan.Scan });
                IndexOracle.AssertSame(expected, found.Hits);
                IndexOracle.AssertSame(expected, index.Search(query, 20, new SearchOptions { Filter = filter }).Hits);
                if (plan != SearchPlans.None)
                    AssertCounts(index, filter, plan, found.Explain, $"seed {seed}, try {i}, {plan}");
            }
        }

        Array.ForEach(indexes, index => index.Dispose());
    }

    private static void AssertCounts(FlatIndex index, Filter? filter, SearchPlans plan, SearchCounts found, string what)
    {
        var expected = ReadOracle.Count(index.Snapshot, filter, plan, chunksInSegment: filter is not null && index.Snapshot.Views.Length >= 16 ? 1 : 4);
        Assert.True(ExplainTests.WithoutTimes(found) with { Plans = default } == expected, $"{what}: expected {expected}, found {found}");

        // Blocks that are wanted whole are read whole under every plan.
        var plans = found.Plans & ~SearchPlans.KeptFilter & ~(plan == SearchPlans.Scan ? SearchPlans.None : SearchPlans.Scan);
        Assert.True((plans & ~plan) == 0, $"{what}: {found.Plans}");
    }
}
