using System.Collections.Concurrent;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests;

public class FlatIndexConcurrencyTests
{
    /// <summary>
    /// Each batch replaces the same ids by vectors that all carry the batch's number. Whatever a search or a look-up sees, it sees one
    /// number: a half-visible batch would show two. 64 rows a segment and hundreds of batches make it run through growth, compaction,
    /// new id tables and renumbering all the time.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Readers_see_whole_batches_or_nothing_of_them(int threads)
    {
        const int Dimension = 16_384;
        const int Ids = 40;
        const int Batches = 400;
        using var index = new FlatIndex(Dimension, Metric.Manhattan, new FlatIndexOptions { Threads = threads });
        index.UpsertBatch(Batch(0));
        bool done = false;
        var writer = OnThread(() =>
        {
            for (int number = 1; number <= Batches; number++)
            {
                index.UpsertBatch(Batch(number));
                if (number % 7 == 0)
                {
                    index.Insert(1_000_000, new float[Dimension]);
                    index.Delete(1_000_000);
                }
            }

            Volatile.Write(ref done, true);
        });
        var readers = Enumerable.Range(0, 2).Select(reader => OnThread(() =>
        {
            float last = 0;
            var query = new float[Dimension];
            while (!Volatile.Read(ref done))
            {
                var hits = index.Search(query, 100, new SearchOptions { Filter = reader == 0 ? null : Filter.Gte("batch", 0L), IncludeMetadata = true }).Hits;
                var ours = hits.Where(hit => hit.Id.Number < Ids).ToArray();
                Assert.Equal(Ids, ours.Length);
                float number = Assert.Single(ours.Select(hit => hit.Distance).Distinct());
                Assert.All(ours, hit => Assert.Equal((long)number, hit.Metadata!["batch"].AsInt));
                Assert.True(number >= last, $"batch {number} after {last}");
                last = number;
                var snapshot = index.Snapshot;
                float found = Assert.Single(Enumerable.Range(0, Ids).Select(id => Mark(snapshot, (ulong)id)).Distinct());
                Assert.True(found >= last, $"batch {found} after {last}");
            }
        })).ToArray();
        await Task.WhenAll([writer, .. readers]);
        Assert.Equal(Ids, index.Count);

        static Row[] Batch(int number)
        {
            var vector = new float[Dimension];
            vector[5] = number;
            return [.. Enumerable.Range(0, Ids).Select(id => new Row((ulong)id, vector, Metadata.From(("batch", (long)number))))];
        }

        static float Mark(RowSnapshot snapshot, ulong id)
        {
            Assert.True(snapshot.TryFind(id, out int row), $"id {id} is gone");
            return snapshot.Read(row).Vector.Span[5];
        }
    }

    /// <summary>Readers keep old snapshots while ids come, go, are replaced, are taken back, and tables are rebuilt under them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Lookups_in_old_snapshots_are_right_while_the_writer_works(int seed)
    {
        const int Ids = 600;
        var store = new RowStore(8_192, Metric.Euclidean);
        var published = new ConcurrentQueue<(RowSnapshot Snapshot, ulong[] Sequences)>();
        var current = new ulong[Ids];
        published.Enqueue((store.Snapshot, [.. current]));
        bool done = false;
        var writing = OnThread(() =>
        {
            var random = new Random(seed);
            var vector = new float[8_192];
            ulong sequence = 0;
            for (int batch = 0; batch < 1_500; batch++)
            {
                var draft = (ulong[])current.Clone();
                using var writer = store.BeginWrite();
                int crowd = random.Next(20) == 0 ? Ids : 25; // sometimes a few hot ids, sometimes all
                for (int i = random.Next(20); i >= 0; i--)
                {
                    int id = random.Next(crowd);
                    if (random.Next(3) == 0)
                        draft[id] = writer.Remove((ulong)id) ? 0 : draft[id];
                    else
                        writer.Put((ulong)id, draft[id] = ++sequence, vector);
                }

                if (random.Next(4) == 0)
                    continue;
                writer.Publish();
                current = draft;
                published.Enqueue((store.Snapshot, current));
                while (published.Count > 8)
                    published.TryDequeue(out _);
            }

            Volatile.Write(ref done, true);
        });
        var readers = Enumerable.Range(0, 2).Select(reader => OnThread(() =>
        {
            var random = new Random(seed + 100 + reader);
            while (!Volatile.Read(ref done))
            {
                foreach (var (snapshot, sequences) in published)
                {
                    for (int i = 0; i < 200; i++)
                    {
                        int id = random.Next(random.Next(2) == 0 ? 25 : Ids);
                        bool there = snapshot.TryFind((ulong)id, out int row);
                        Assert.Equal(sequences[id], there ? snapshot.SequenceOf(row) : 0);
                    }
                }
            }
        })).ToArray();
        await Task.WhenAll([writing, .. readers]);
    }

    [Fact]
    public async Task Writers_at_once_each_get_a_sequence_of_their_own()
    {
        using var index = new FlatIndex(4, Metric.Euclidean);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => OnThread(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                if (i % 3 == 0)
                    index.InsertBatch([new Row((ulong)((writer * 10_000) + i), new float[4]), new Row((ulong)((writer * 10_000) + 5_000 + i), new float[4])]);
                else
                    index.Insert((ulong)((writer * 10_000) + i), new float[4]);
            }
        })));
        var snapshot = index.Snapshot;
        Assert.Equal(Enumerable.Range(1, index.Count).Select(i => (ulong)i), snapshot.RowsAfter(0, int.MaxValue).Select(snapshot.SequenceOf));
    }

    private static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
