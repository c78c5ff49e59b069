using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

public class RowWriterTests
{
    [Fact]
    public void What_is_not_published_is_not_there()
    {
        var store = Store(1, 2, 3);
        var before = store.Snapshot;
        using (var writer = store.BeginWrite())
        {
            Assert.True(writer.Put(1, 10, [9], Metadata.From(("a", 1L))));
            Assert.False(writer.Put(4, 11, [9]));
            Assert.True(writer.Remove(2));
            Assert.True(writer.UpdateMetadata(3, Metadata.From(("b", 1L))));
            Assert.Equal(3, writer.Count);
            Assert.Same(before, store.Snapshot);
        }

        var after = store.Snapshot;
        Assert.Equal(3, after.Count);
        Assert.False(after.TryFind(4, out _));
        foreach (ulong id in new ulong[] { 1, 2, 3 })
        {
            Assert.True(after.TryFind(id, out int row));
            Assert.Equal((id, 0), (after.SequenceOf(row), after.MetadataOf(row).Count));
            Assert.Equal([(float)id], after.Read(row).Vector.ToArray());
        }
    }

    [Fact]
    public void Batches_taken_back_again_and_again_leave_no_weight()
    {
        var store = Store(1);
        long most = 0;
        var vector = new float[1];
        for (int i = 0; i < 400; i++)
        {
            using (var writer = store.BeginWrite())
            {
                for (ulong id = 0; id < 2_000; id++)
                    writer.Put(id, 100 + id, vector);
            }

            most = Math.Max(most, store.MemoryBytes);
        }

        Assert.Equal((1, 1), (store.Count, store.Snapshot.RowsAfter(0, 10).Length));
        Assert.True(most < 24 << 20, $"{most} bytes");
    }

    [Fact]
    public void A_writer_takes_nothing_after_its_publication()
    {
        var store = Store();
        var writer = store.BeginWrite();
        writer.Put(1, 1, [1]);
        writer.Publish();
        Assert.Throws<InvalidOperationException>(() => writer.Put(2, 2, [1]));
        Assert.Throws<InvalidOperationException>(writer.Publish);
        writer.Dispose();
        writer.Dispose();
        Assert.Throws<InvalidOperationException>(() => writer.Remove(1));
        using var next = store.BeginWrite();
        Assert.True(next.TryFind(1, out ulong sequence));
        Assert.Equal(1UL, sequence);
    }

    [Fact]
    public void A_vector_of_another_length_is_refused_and_the_batch_goes_on()
    {
        var store = Store();
        using (var writer = store.BeginWrite())
        {
            writer.Put(1, 1, [1]);
            var error = Assert.Throws<FlatIndexException>(() => writer.Put(2, 2, [1, 2]));
            Assert.Equal((FlatErrorKind.DimensionMismatch, 1L, 2L), (error.Kind, error.Error.Expected, error.Error.Found));
            writer.Publish();
        }

        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void A_batch_that_could_not_be_taken_back_is_taken_back_by_the_next_writer()
    {
        var store = Store(1, 2);
        var broken = store.BeginWrite();
        broken.Put(3, 3, [3]);
        broken.Put(1, 4, [4]);
        broken.Remove(2);

        // As if memory had run out while the batch was taken back: its lock is given up and nothing else was done.
        store.EndWrite();
        using (var writer = store.BeginWrite())
        {
            Assert.Equal((2, false), (writer.Count, writer.TryFind(3, out _)));
            writer.Put(5, 5, [5]);
            writer.Publish();
        }

        var snapshot = store.Snapshot;
        Assert.Equal(3, snapshot.Count);
        Assert.Equal([1UL, 2UL, 5UL], snapshot.RowsAfter(0, 10).Select(row => snapshot.IdOf(row).Number));
    }

    [Fact]
    public async Task The_next_writer_waits_until_the_one_before_is_disposed_on_whatever_thread()
    {
        var store = Store();
        var first = store.BeginWrite();
        var second = Task.Factory.StartNew(
            () =>
            {
                using var writer = store.BeginWrite();
                Assert.True(writer.TryFind(1, out _));
                writer.Put(2, 2, [2]);
                writer.Publish();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        first.Put(1, 1, [1]);
        first.Publish();
        await Task.Run(first.Dispose);
        await second;
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public void Numbers_and_bytes_are_different_ids()
    {
        var store = Store();
        using (var writer = store.BeginWrite())
        {
            writer.Put(1, 1, [1]);
            Assert.False(writer.Put(RowId.FromBytes([1]), 2, [2]));
            Assert.False(writer.Put(RowId.FromBytes([1, 0, 0, 0, 0, 0, 0, 0]), 3, [3]));
            writer.Publish();
        }

        Assert.True(store.Snapshot.TryFind(RowId.FromBytes([1]), out int row));
        Assert.Equal((RowId.FromBytes([1]), 2UL), (store.Snapshot.IdOf(row), store.Snapshot.SequenceOf(row)));
        Assert.False(store.Snapshot.TryFind(RowId.FromBytes([1, 0]), out _));
    }

    private static RowStore Store(params ulong[] ids)
    {
        var store = new RowStore(1, Metric.Euclidean);
        using var writer = store.BeginWrite();
        foreach (ulong id in ids)
            writer.Put(id, id, [id]);
        writer.Publish();
        return store;
    }
}
