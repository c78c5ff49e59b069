using System.Collections.Concurrent;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Backup;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Shards;
using IqdbFlat.Grains.Tests.Log;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>A shard whose vectors are put in place by the threads that read them, against one that takes row after row.</summary>
public sealed class PlacedRecoveryTests
{
    private static readonly VectorParts Parts = new(new VectorPart("a", 33, Metric.DotProduct), new VectorPart("b", 2, Metric.Euclidean));

    [Fact]
    public async Task Rows_that_threads_placed_are_those_that_come_one_by_one_and_so_is_the_checkpoint_that_follows_byte_for_byte()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            try
            {
                await CompareAsync(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}", failure);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_segment_is_named_whatever_was_placed_before_it(bool first)
    {
        var options = Log.Shards.Quick;
        options.SegmentBytes = 2_000;
        var records = await MadeAsync(new Random(5), options);
        string[] segments = [.. records.Names.Where(name => name.StartsWith("segment/", StringComparison.Ordinal))];
        Assert.True(segments.Length > 5, $"{segments.Length} segments");
        string name = first ? segments[0] : segments[^1];
        records.Overwrite(name, bytes =>
        {
            bytes[^20] ^= 4;
            return bytes;
        });
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => ShardLog.OpenAsync(new MemoryRecordStore(records), Guid.NewGuid(), new ShardRecovery(), options));
        Assert.Equal((FlatErrorKind.CorruptData, name), (error.Error.Kind, error.Error.Record));
    }

    private static async Task CompareAsync(Random random)
    {
        var options = Log.Shards.Quick;
        options.SegmentBytes = random.Next(300, 6_000);
        options.ParallelReads = random.Next(1, 7);
        options.KeptRecordBytes = random.Next(2) == 0 ? int.MaxValue : random.Next(100, 3_000);
        var records = await MadeAsync(random, options);
        var (placed, one) = (await RecoverAsync(records.Copy(), options, random, recovery => new Watched(recovery)), await RecoverAsync(records.Copy(), options, random, recovery => new OneByOne(recovery)));
        var (left, right) = (one.Rows.Snapshot, placed.Rows.Snapshot);
        Assert.Equal(left.Count, right.Count);
        Assert.Equal(left.MemoryBytes, right.MemoryBytes);
        Assert.Equal(left.LiveRows().Select(row => (row, left.IdOf(row), left.SequenceOf(row))), right.LiveRows().Select(row => (row, right.IdOf(row), right.SequenceOf(row))));
        Assert.Equal(SnapshotDigest.Of(left, CancellationToken.None).ToString(), SnapshotDigest.Of(right, CancellationToken.None).ToString());
        Assert.Equal(one.Records.Names, placed.Records.Names);
        foreach (string name in one.Records.Names)
            Assert.True(one.Records.Read(name)!.Value.Bytes.Span.SequenceEqual(placed.Records.Read(name)!.Value.Bytes.Span), name);
    }

    /// <summary>Recovers, from a store that answers reads in any order, and writes all rows anew.</summary>
    private static async Task<(MemoryRecords Records, ShardRows Rows)> RecoverAsync(
        MemoryRecords records, ShardLogOptions options, Random random, Func<ShardRecovery, IShardRecovery> target)
    {
        var waits = new Random(random.Next());
        var store = new MemoryRecordStore(records)
        {
            Before = async (_, _) =>
            {
                int turns;
                lock (waits)
                    turns = waits.Next(30);
                while (turns-- > 0)
                    await Task.Yield();
            },
        };
        var recovery = new ShardRecovery();
        var log = await ShardLog.OpenAsync(store, new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), target(recovery), options);
        var rows = recovery.Finish();
        await log.CheckpointAsync(new LiveRows(rows.Snapshot));
        return (records, rows);
    }

    /// <summary>A shard of several vectors or one, with segments, records that count as segments, dead rows and a tail.</summary>
    private static async Task<MemoryRecords> MadeAsync(Random random, ShardLogOptions options)
    {
        var parts = random.Next(3) == 0 ? Parts : null;
        int dimension = parts?.RowComponents ?? random.Next(1, 40);
        var records = new MemoryRecords();
        var store = new MemoryRecordStore(records);
        await ShardLog.CreateAsync(store, new ShardSettings("01JD0000000000000000000000", 0, 1, dimension, parts is null ? Metric.Cosine : parts[0].Metric, parts), options);
        var recovery = new ShardRecovery();
        var log = await ShardLog.OpenAsync(store, Guid.NewGuid(), recovery, options);
        var rows = recovery.Finish();
        ulong sequence = 0;
        for (int step = 0; step < 12; step++)
        {
            var puts = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Put(random, parts, dimension, ++sequence));
            var removes = Enumerable.Range(0, random.Next(8)).Select(_ => ShardOperation.Remove(Id(random), ++sequence));
            ShardBatch batch = new([.. puts, .. removes]);
            await log.CommitAsync(batch);
            rows.Apply(batch);
            if (random.Next(3) == 0 || step == 9)
                await log.CheckpointAsync(new LiveRows(rows.Snapshot), rows.Attachment);
        }

        return records;
    }

    private static RowId Id(Random random) => random.Next(400) is var n && n % 4 == 0 ? RowId.FromBytes(BitConverter.GetBytes(n)) : RowId.FromUInt64((ulong)n);

    private static ShardOperation Put(Random random, VectorParts? parts, int dimension, ulong sequence)
    {
        float[] Vector(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var vector = parts is null ? Vector(dimension) : parts.Pack(random.Next(2) == 0 ? [("a", Vector(33))] : [("a", Vector(33)), ("b", Vector(2))]);
        var metadata = random.Next(3) == 0 ? Metadata.Empty : Metadata.From(("n", (long)sequence), ("t", new string('x', random.Next(50))));
        return ShardOperation.Put(Id(random), sequence, vector, metadata);
    }

    /// <summary>Holds rows to come after their vectors, and all of them so.</summary>
    private sealed class Watched(ShardRecovery target) : IPlacedRecovery
    {
        private readonly ConcurrentDictionary<int, bool> _placed = new();

        public void Begin(RecoveryStart start) => target.Begin(start);

        public void Place(int row, ReadOnlySpan<float> vector)
        {
            target.Place(row, vector);
            Assert.True(_placed.TryAdd(row, true), $"row {row} was placed twice");
        }

        public void Put(int row, ReadOnlySpan<RowId> ids, ReadOnlySpan<ulong> sequences, ReadOnlySpan<Metadata> metadata)
        {
            for (int i = 0; i < ids.Length; i++)
                Assert.True(_placed.ContainsKey(row + i), $"row {row + i} came before its vector");
            target.Put(row, ids, sequences, metadata);
        }

        public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata) => Assert.Fail($"row {id} came with its vector");

        public void Apply(ShardBatch batch, LogPosition position) => target.Apply(batch, position);
    }

    /// <summary>Hides that the target takes vectors ahead.</summary>
    private sealed class OneByOne(IShardRecovery target) : IShardRecovery
    {
        public void Begin(RecoveryStart start) => target.Begin(start);

        public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata) => target.Put(id, sequence, vector, metadata);

        public void Apply(ShardBatch batch, LogPosition position) => target.Apply(batch, position);
    }
}
