using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

public class RowSnapshotTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 100)]
    [InlineData(4, 5_000)]
    public void Pages_in_sequence_order_give_every_live_row_once(int seed, int page)
    {
        // 64 rows a segment, sequences in no order, a third of the rows dead and their segments compacted.
        var random = new Random(seed);
        var store = new RowStore(16_384, Metric.Euclidean);
        var vector = new float[16_384];
        int[] order = [.. Enumerable.Range(1, 1_500)];
        random.Shuffle(order);
        var live = new SortedSet<ulong>();
        using (var writer = store.BeginWrite())
        {
            foreach (int sequence in order)
            {
                writer.Put((ulong)sequence, (ulong)sequence * 3, vector);
                live.Add((ulong)sequence * 3);
            }

            foreach (int id in order.Take(500))
            {
                writer.Remove((ulong)id);
                live.Remove((ulong)id * 3);
            }

            writer.Publish();
        }

        var snapshot = store.Snapshot;
        var found = new List<ulong>();
        ulong after = 0;
        while (snapshot.RowsAfter(after, page) is { Length: > 0 } rows)
        {
            Assert.True(rows.Length <= page);
            found.AddRange(rows.Select(snapshot.SequenceOf));
            after = found[^1];
        }

        Assert.Equal(live, found);
        Assert.Empty(snapshot.RowsAfter(0, 0));
    }

    [Fact]
    public void A_row_that_the_snapshot_does_not_have_is_an_argument_error()
    {
        var store = new RowStore(2, Metric.Cosine);
        var empty = store.Snapshot;
        using (var writer = store.BeginWrite())
        {
            writer.Put(1, 1, [1, 2]);
            writer.Publish();
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => empty.IdOf(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Snapshot.IdOf(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Snapshot.IdOf(-1));
        Assert.Equal(1UL, store.Snapshot.IdOf(0).Number);
        var copy = new float[2];
        store.Snapshot.CopyVector(0, copy);
        Assert.Equal([1f, 2f], copy);
    }

    [Fact]
    public void A_snapshot_outlives_what_replaced_it()
    {
        var store = new RowStore(100, Metric.Euclidean);
        var vector = Enumerable.Repeat(7f, 100).ToArray();
        using (var writer = store.BeginWrite())
        {
            for (ulong id = 1; id <= 50_000; id++)
                writer.Put(id, id, vector);
            writer.Publish();
        }

        var old = store.Snapshot;
        store.Clear();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal((0, 50_000), (store.Count, old.Count));
        for (ulong id = 1; id <= 50_000; id += 997)
        {
            Assert.True(old.TryFind(id, out int row));
            Assert.Equal(vector, old.Read(row).Vector.ToArray());
        }
    }
}
