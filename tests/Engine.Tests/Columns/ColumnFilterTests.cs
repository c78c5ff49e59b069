using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Columns;

public class ColumnFilterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 63)]
    [InlineData(3, 64)]
    [InlineData(4, 65)]
    [InlineData(5, 300)]
    [InlineData(6, 2_000)]
    public void Masks_are_what_the_plain_evaluator_gives(int seed, int count)
    {
        var rows = new RandomRows(seed);
        var store = new RowStore(1, Metric.Euclidean);
        var model = new List<Metadata>();
        using (var writer = store.BeginWrite())
        {
            for (int i = 0; i < count; i++)
            {
                model.Add(rows.Metadata() ?? Metadata.Empty);
                writer.Put((ulong)i, (ulong)i + 1, [0], model[i]);
            }

            writer.Publish();
        }

        AssertMasks(store.Snapshot, model, rows, tries: 300, dead: []);
        var dead = Enumerable.Range(0, count).Where(_ => rows.Random.Next(5) == 0).ToHashSet();
        using (var writer = store.BeginWrite())
        {
            foreach (int row in dead)
                writer.Remove((ulong)row);
            writer.Publish();
        }

        AssertMasks(store.Snapshot, model, rows, tries: 100, dead);
    }

    [Fact]
    public void Branches_without_filters_are_true_for_And_and_false_for_Or()
    {
        var snapshot = ThreeRows();
        Assert.Equal([0b111UL], Mask(snapshot, Filter.And()));
        Assert.Equal([0UL], Mask(snapshot, Filter.Or()));
        Assert.Equal([0b111UL], Mask(snapshot, Filter.Not(Filter.Or())));
        Assert.Equal([0UL], Mask(snapshot, Filter.Or(Filter.And(Filter.And(), Filter.Or()), Filter.In("a"))));
    }

    [Fact]
    public void The_deepest_legal_filter_is_evaluated()
    {
        var filter = Filter.Eq("a", 1L);
        for (int depth = 0; depth < Limits.FilterDepth; depth++)
            filter = (depth % 3) switch { 0 => Filter.Not(filter), 1 => Filter.And(filter), _ => Filter.Or(Filter.In("b"), filter) };
        var expected = FilterEvaluator.Matches(filter, Metadata.From(("a", 1L))) ? 0b001UL : 0b110UL;
        Assert.Equal([expected], Mask(ThreeRows(), filter));
    }

    [Fact]
    public void An_evaluator_can_be_used_again_for_a_segment_of_another_size()
    {
        var evaluator = new ColumnFilter();
        var small = ThreeRows();
        var store = new RowStore(1, Metric.Euclidean);
        using (var writer = store.BeginWrite())
        {
            for (ulong i = 0; i < 200; i++)
                writer.Put(i, i + 1, [0], Metadata.From(("a", (long)(i % 2))));
            writer.Publish();
        }

        var filter = Filter.Not(Filter.Eq("a", 1L));
        Assert.Equal([0b110UL], evaluator.Live(small.Views[0]!, filter).ToArray());
        Assert.Equal(100, RowMask.Count(evaluator.Live(store.Snapshot.Views[0]!, filter)));
        Assert.Equal([0b110UL], evaluator.Live(small.Views[0]!, filter).ToArray());
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(9, 10)]
    [InlineData(9, 130)]
    [InlineData(1, 130)]
    [InlineData(1, 191)]
    public void An_older_snapshot_selects_none_of_the_rows_that_came_later(int every, int count)
    {
        // One column for both snapshots: pairs where the field is rare, an array where it is common.
        var store = new RowStore(1, Metric.Euclidean);
        Append(0, count);
        var older = store.Snapshot;
        Append(count, count + 60);
        foreach (var filter in new[] { Filter.Eq("a", 1L), Filter.Neq("a", 2L), Filter.Not(Filter.Eq("a", 2L)) })
        {
            var expected = Enumerable.Range(0, count).Where(row => row % every == 0 || filter is NotFilter);
            var mask = Mask(older, filter);
            Assert.Equal(RowMask.WordsFor(count), mask.Length);
            Assert.Equal(expected, Enumerable.Range(0, mask.Length * 64).Where(row => ((mask[row >> 6] >> row) & 1) != 0));
            Assert.Equal(expected.Count(), new SnapshotSearch(older, [0], int.MaxValue, filter).Run().Hits.Count);
        }

        void Append(int from, int to)
        {
            using var writer = store.BeginWrite();
            for (int row = from; row < to; row++)
                writer.Put((ulong)row, (ulong)row + 1, [0], row % every == 0 ? Metadata.From(("a", 1L)) : null);
            writer.Publish();
        }
    }

    [Fact]
    public void Cancellation_is_looked_at_between_the_nodes_of_a_filter()
    {
        var filter = Filter.And(Filter.Eq("a", 1L), Filter.Eq("a", 1L));
        Assert.Throws<OperationCanceledException>(() => new ColumnFilter().Select(ThreeRows().Views[0]!, filter, new CancellationToken(canceled: true)));
    }

    private static RowSnapshot ThreeRows()
    {
        var store = new RowStore(1, Metric.Euclidean);
        using var writer = store.BeginWrite();
        writer.Put(1, 1, [0], Metadata.From(("a", 1L)));
        writer.Put(2, 2, [0]);
        writer.Put(3, 3, [0], Metadata.From(("a", 2L)));
        writer.Publish();
        return store.Snapshot;
    }

    private static ulong[] Mask(RowSnapshot snapshot, Filter filter) => new ColumnFilter().Live(snapshot.Views[0]!, filter).ToArray();

    private static void AssertMasks(RowSnapshot snapshot, List<Metadata> model, RandomRows rows, int tries, HashSet<int> dead)
    {
        var evaluator = new ColumnFilter();
        for (int i = 0; i < tries; i++)
        {
            var filter = rows.Filter(5);
            var mask = evaluator.Live(snapshot.Views[0]!, filter);
            Assert.Equal(RowMask.WordsFor(model.Count), mask.Length);
            for (int bit = 0; bit < mask.Length * 64; bit++)
            {
                bool expected = bit < model.Count && !dead.Contains(bit) && FilterEvaluator.Matches(filter, model[bit]);
                if (expected != (((mask[bit >> 6] >> bit) & 1) != 0))
                    Assert.Fail($"try {i}, row {bit}");
            }
        }
    }
}
