using System.Globalization;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

public class CompactionTests
{
    [Fact]
    public void A_million_upserts_over_a_thousand_ids_stay_within_bounded_memory()
    {
        var store = new RowStore(64, Metric.Euclidean);
        var vector = new float[64];
        long most = 0;
        for (int batch = 0; batch < 10_000; batch++)
        {
            using var writer = store.BeginWrite();
            for (int i = 0; i < 100; i++)
            {
                ulong sequence = (ulong)((batch * 100) + i + 1);
                vector[0] = sequence;
                writer.Put((sequence * 7919) % 1_000, sequence, vector);
            }

            writer.Publish();
            if (batch % 100 == 0)
                most = Math.Max(most, store.MemoryBytes);
        }

        // Two full segments of 4 MiB, their ids and sequences, and the lookup.
        Assert.True(most < 11L << 20, $"{most} bytes");
        var snapshot = store.Snapshot;
        Assert.Equal(1_000, snapshot.Count);
        for (ulong id = 0; id < 1_000; id++)
        {
            Assert.True(snapshot.TryFind(id, out int row));
            Assert.Equal(id, snapshot.SequenceOf(row) * 7919 % 1_000);
            Assert.True(snapshot.SequenceOf(row) > 999_000);
            Assert.Equal(snapshot.SequenceOf(row), snapshot.Read(row).Vector.Span[0]);
        }
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(128, false)]
    [InlineData(4, true)]
    public void Large_metadata_upserted_again_and_again_does_not_pile_up_in_the_tail(int dimension, bool removed)
    {
        var store = new RowStore(dimension, Metric.Euclidean);
        var vector = new float[dimension];
        var neighbours = Enumerable.Range(1, 1_000).Select(i => (RowId)(ulong)i).ToArray();
        ulong sequence = 0;
        using (var writer = store.BeginWrite())
        {
            foreach (var id in neighbours)
                writer.Put(id, ++sequence, vector, Metadata.From(("n", (long)sequence)));
            writer.Publish();
        }

        var old = store.Snapshot;
        long most = 0;
        for (int i = 0; i < 1_000; i++)
        {
            vector[0] = i;
            using (var writer = store.BeginWrite())
            {
                writer.Put(5_000, ++sequence, vector, Large(i));
                writer.Publish();
            }

            most = Math.Max(most, store.MemoryBytes);
            if (removed)
            {
                using var writer = store.BeginWrite();
                Assert.True(writer.Remove(5_000));
                writer.Publish();
            }
        }

        Assert.True(most < 32 << 20, $"{most} bytes");
        var snapshot = store.Snapshot;
        Assert.Equal(!removed, snapshot.TryFind(5_000, out int row));
        if (!removed)
            Assert.Equal((Large(999), 999f), (snapshot.MetadataOf(row), snapshot.Read(row).Vector.Span[0]));
        Assert.False(old.TryFind(5_000, out _));
        foreach (var view in new[] { old, snapshot })
        {
            for (int i = 0; i < neighbours.Length; i++)
            {
                Assert.True(view.TryFind(neighbours[i], out row));
                Assert.Equal(((ulong)i + 1, i + 1L), (view.SequenceOf(row), view.MetadataOf(row)["n"].AsInt));
            }
        }

        static Metadata Large(int i) => Metadata.From(("text", i.ToString("D60000", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Large_rows_whose_removal_is_taken_back_stay_where_they_are()
    {
        var store = new RowStore(4, Metric.Euclidean);
        using (var writer = store.BeginWrite())
        {
            for (ulong i = 1; i <= 100; i++)
                writer.Put(i, i, new float[4], Metadata.From(("text", new string((char)i, 60_000))));
            writer.Publish();
        }

        for (int batch = 0; batch < 3; batch++)
        {
            using var writer = store.BeginWrite();
            for (ulong i = 1; i <= 100; i++)
                Assert.True(writer.Remove(i));
        }

        Assert.Equal(1, store.Snapshot.Views.Length);
        Assert.Equal((100, 0), (store.Snapshot.Views[0]!.Count, store.Snapshot.Views[0]!.DeadCount));
    }

    [Fact]
    public void Segment_numbers_start_anew_long_before_they_run_out()
    {
        var store = new RowStore(Limits.Dimension, Metric.Euclidean);
        var vector = new float[Limits.Dimension];
        int most = 0;
        for (ulong sequence = 1; sequence <= 2_800; sequence++)
        {
            using (var writer = store.BeginWrite())
            {
                vector[^1] = sequence;
                writer.Put(sequence % 10, sequence, vector);
                writer.Publish();
            }

            most = Math.Max(most, store.Snapshot.Views.Length);
        }

        Assert.True(most <= 150, $"{most} segments");
        for (ulong id = 0; id < 10; id++)
        {
            Assert.True(store.Snapshot.TryFind(id, out int row));
            Assert.Equal(store.Snapshot.SequenceOf(row), store.Snapshot.Read(row).Vector.Span[^1]);
        }
    }

    [Fact]
    public void Deleting_most_rows_gives_their_memory_back_and_keeps_the_order()
    {
        var store = new RowStore(1_024, Metric.Euclidean);
        var vector = new float[1_024];
        using (var writer = store.BeginWrite())
        {
            for (ulong i = 1; i <= 20_000; i++)
                writer.Put(i, i, vector, Metadata.From(("n", (long)i)));
            writer.Publish();
        }

        long before = store.MemoryBytes;
        using (var writer = store.BeginWrite())
        {
            for (ulong i = 1; i <= 20_000; i++)
            {
                if (i % 10 != 0)
                    writer.Remove(i);
            }

            writer.Publish();
        }

        Assert.True(store.MemoryBytes < before / 4, $"{before} bytes before, {store.MemoryBytes} after");
        ulong[] expected = [.. Enumerable.Range(1, 2_000).Select(i => (ulong)i * 10)];
        var snapshot = store.Snapshot;
        Assert.Equal(expected, snapshot.RowsAfter(0, int.MaxValue).Select(snapshot.SequenceOf));
        Assert.All(expected, id => Assert.Equal((long)id, snapshot.TryFind(id, out int row) ? snapshot.MetadataOf(row)["n"].AsInt : -1));
    }

    [Fact]
    public void Ids_that_come_and_go_do_not_fill_the_lookup()
    {
        var store = new RowStore(1, Metric.Euclidean);
        long most = 0;
        for (ulong i = 1; i <= 300_000; i++)
        {
            using var writer = store.BeginWrite();
            writer.Put(i, i, [0]);
            if (i > 100)
                Assert.True(writer.Remove(i - 100));
            writer.Publish();
            most = Math.Max(most, i % 1_000 == 0 ? store.Snapshot.Table.Bytes : 0);
        }

        Assert.Equal(100, store.Count);
        Assert.True(most < 4 << 20, $"{most} bytes");
    }

    [Fact]
    public void A_sparse_segment_that_moved_rows_fill_up_is_compacted_too()
    {
        // 16 rows a segment. In each batch 15 rows come and go in the tail, and a full segment loses six rows: its others move, and one of
        // them takes the last place beside the 15 dead.
        const int Dimension = Limits.Dimension;
        var store = new RowStore(Dimension, Metric.Euclidean);
        var vector = new float[Dimension];
        ulong sequence = 0;
        var live = new Queue<ulong>();
        for (int round = 0; round < 30; round++)
        {
            using (var writer = store.BeginWrite())
            {
                for (int tail = TailOf(store.Snapshot); tail < 16; tail++)
                {
                    live.Enqueue(++sequence);
                    writer.Put(sequence, sequence, vector);
                }

                writer.Publish();
            }

            using (var writer = store.BeginWrite())
            {
                for (int i = 0; i < 15; i++)
                    writer.Put(1_000_000, ++sequence, vector);
                writer.Remove(1_000_000);
                ulong[] newest = [.. live.TakeLast(10)];
                foreach (ulong id in live.SkipLast(10).TakeLast(6))
                    writer.Remove(id);
                live = new Queue<ulong>([.. live.SkipLast(16), .. newest]);
                writer.Publish();
            }
        }

        int segments = 0;
        foreach (var view in store.Snapshot.Views)
            segments += view is null ? 0 : 1;
        Assert.Equal(live.Count, store.Count);
        Assert.True(segments <= (live.Count * 3 / 2 / 16) + 2, $"{segments} segments for {live.Count} rows of 16 a segment");

        static int TailOf(RowSnapshot snapshot) => snapshot.Views.Length == 0 ? 0 : snapshot.Views[^1]?.Count ?? 16;
    }
}
