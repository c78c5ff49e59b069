using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

public sealed class ShardLogRandomTests
{
    [Fact]
    public async Task Any_history_of_batches_checkpoints_and_restarts_comes_back_as_it_was()
    {
        for (int seed = 0; seed < 120; seed++)
        {
            try
            {
                await LiveAsync(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}", failure);
            }
        }
    }

    private static async Task LiveAsync(Random random)
    {
        var records = await MadeAsync();
        var options = Quick;
        options.SegmentBytes = random.Next(150, 900);
        options.ParallelReads = random.Next(1, 6);
        options.KeptRecordBytes = random.Next(2) == 0 ? int.MaxValue : random.Next(100, 500);
        var (log, rows) = await OpenAsync(new MemoryRecordStore(records), options);
        ulong sequence = 1;
        for (int step = 0; step < 70; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    await log.CheckpointAsync(rows);
                    break;
                case 1:
                    var beside = log.CheckpointAsync(rows.Copy());
                    for (int i = random.Next(4); i > 0; i--)
                        await CommitAsync(log, rows, NextBatch(random, rows, ref sequence));
                    await beside;
                    break;
                case 2:
                    (log, var found) = await OpenAsync(new MemoryRecordStore(records), options);
                    Assert.Equal(rows.Describe(), found.Describe());
                    Assert.Equal(sequence - 1, log.SequenceHighWater);
                    rows = found;
                    break;
                case 3:
                    // Several on their way together, each made as if those before were there.
                    var batches = new List<ShardBatch>();
                    for (int i = random.Next(2, 6); i > 0; i--)
                    {
                        batches.Add(NextBatch(random, rows, ref sequence));
                        rows.Apply(batches[^1]);
                    }

                    await Task.WhenAll(batches.Select(batch => log.CommitAsync(batch)).ToArray());
                    break;
                default:
                    await CommitAsync(log, rows, NextBatch(random, rows, ref sequence));
                    break;
            }
        }

        var (_, last) = await OpenAsync(new MemoryRecordStore(records), options);
        Assert.Equal(rows.Describe(), last.Describe());
    }

    private static ShardBatch NextBatch(Random random, ShardModel rows, ref ulong sequence)
    {
        var operations = new List<ShardOperation>();
        if (random.Next(40) == 0)
            operations.Add(ShardOperation.Clear(sequence++));
        var live = rows.Rows(rows.Sequences.ToHashSet()).ToArray();
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            ulong id = (ulong)random.Next(60);
            switch (random.Next(5))
            {
                case 0:
                    operations.Add(ShardOperation.Remove(id, sequence++));
                    break;

                // An update of metadata keeps the row's sequence; only in a batch of its own here, so that the row is there.
                case 1 when live.Length > 0 && operations.Count == 0:
                    var row = live[random.Next(live.Length)];
                    return Batch(
                        ShardOperation.Put(row.Id, row.Sequence, row.Vector, Metadata.From(("u", random.NextInt64()))),
                        ShardOperation.IndexEpoch(3),
                        ShardOperation.Remove(RowId.FromBytes([9]), sequence++));
                default:
                    operations.Add(ShardOperation.Put(id, sequence++, new[] { random.NextSingle(), random.NextSingle(), 0 }, Metadata.From(("s", new string('x', random.Next(20))))));
                    break;
            }
        }

        return new ShardBatch(operations);
    }
}
