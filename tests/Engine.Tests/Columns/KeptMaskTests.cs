using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Columns;

public class KeptMaskTests
{
    [Fact]
    public void A_filter_that_comes_again_is_not_evaluated_again_whichever_object_says_it()
    {
        using var index = Fill(3_000, out _);
        Assert.False(WasKept(index.Search(new float[1_024], 5, Over(10))));
        Assert.True(WasKept(index.Search(new float[1_024], 5, Over(10))));
        Assert.False(WasKept(index.Search(new float[1_024], 5, Over(11))));
        Assert.False(WasKept(index.Search(new float[1_024], 5)));
        index.Snapshot.ForgetFilters();
        Assert.False(WasKept(index.Search(new float[1_024], 5, Over(10))));
    }

    [Fact]
    public void A_batch_evaluates_its_filter_once()
    {
        using var index = Fill(3_000, out _);
        ReadOnlyMemory<float>[] queries = [.. Enumerable.Repeat(new float[1_024].AsMemory(), 4)];

        Assert.Equal([false, true, true, true], index.SearchBatch(queries, 5, Over(10)).Select(WasKept));
        Assert.All(index.SearchBatch(queries, 5, Over(10)), answer => Assert.True(WasKept(answer)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Deletes_changes_and_growth_show_at_once_and_older_snapshots_keep_their_answers(int seed)
    {
        using var index = Fill(2_500, out var model);
        var random = new Random(seed);
        var snapshots = new List<(RowSnapshot Snapshot, Dictionary<ulong, long> Rows)>();
        ulong next = 10_000;
        for (int step = 0; step < 60; step++)
        {
            for (int i = random.Next(40); i > 0; i--)
            {
                ulong id = model.Keys.ElementAt(random.Next(model.Count));
                switch (random.Next(4))
                {
                    case 0:
                        index.Delete(id);
                        model.Remove(id);
                        break;
                    case 1:
                        model[id] = random.Next(20);
                        index.UpdateMetadata(id, Metadata.From(("n", model[id])));
                        break;
                    default:
                        model[++next] = random.Next(20);
                        index.Insert(next, new float[1_024], Metadata.From(("n", model[next])));
                        break;
                }
            }

            snapshots.Add((index.Snapshot, new(model)));
            foreach (var (snapshot, rows) in new[] { snapshots[^1], snapshots[random.Next(snapshots.Count)] })
            {
                long least = random.Next(3) * 8;
                var found = new SnapshotSearch(snapshot, new float[1_024], int.MaxValue, Filter.Gte("n", least)).Run();
                var expected = rows.Where(row => row.Value >= least).Select(row => row.Key).ToHashSet();
                Assert.True(expected.SetEquals(found.Hits.Select(hit => hit.Id.Number)), $"seed {seed}, step {step}: expected {expected.Count} rows, found {found.Hits.Count}");
            }
        }
    }

    [Fact]
    public void Masks_are_counted_and_bounded()
    {
        using var index = Fill(4_096, out _);
        long before = index.Stats.MemoryBytes;
        for (long n = 0; n < 100; n++)
            index.Search(new float[1_024], 1, new SearchOptions { Filter = Filter.Or(Filter.Lt("n", 10L), Filter.Eq("n", n)) });
        long kept = index.Stats.MemoryBytes - before;
        Assert.InRange(kept, 4_096 / 8, 4_096 + (index.Snapshot.Views.Length * KeptMasks.Most * 200));
        index.Snapshot.ForgetFilters();
        Assert.Equal(before, index.Stats.MemoryBytes);
    }

    [Fact]
    public async Task Searches_that_come_together_share_one_evaluation()
    {
        var mask = new KeptMask(default, 64);
        int evaluated = 0;
        var searches = Enumerable.Range(0, 8).Select(_ => Task.Run(() => mask.Words(
            new object(),
            () =>
            {
                Interlocked.Increment(ref evaluated);
                return new ulong[] { 5 };
            },
            out bool _)));
        Assert.All(await Task.WhenAll(searches), words => Assert.Equal([5UL], words));
        Assert.Equal(1, evaluated);
    }

    [Fact]
    public void An_evaluation_that_fails_is_left_to_the_next()
    {
        var mask = new KeptMask(default, 64);
        Assert.Throws<OperationCanceledException>(() => mask.Words(this, () => throw new OperationCanceledException(), out _));
        Assert.Equal([7UL], mask.Words(this, () => new ulong[] { 7 }, out bool kept));
        Assert.False(kept);
    }

    private static bool WasKept(SearchResult result) => result.Explain.Plans.HasFlag(SearchPlans.KeptFilter);

    private static SearchOptions Over(long n) => new() { Filter = Filter.Gt("n", n) };

    private static FlatIndex Fill(int count, out Dictionary<ulong, long> model)
    {
        model = Enumerable.Range(0, count).ToDictionary(i => (ulong)i, i => i * 7L % 20);
        var index = new FlatIndex(1_024, Metric.Euclidean);
        index.InsertBatch([.. model.Select(row => new Row(row.Key, new float[1_024], Metadata.From(("n", row.Value))))]);
        return index;
    }
}
