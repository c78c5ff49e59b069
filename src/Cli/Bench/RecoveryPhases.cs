using System.Diagnostics;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Shards;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Cli.Bench;

/// <summary>What one phase of the measurement of recovery took.</summary>
/// <param name="Seconds">Time.</param>
/// <param name="Bytes">Bytes of records read or written.</param>
/// <param name="Rows">Rows.</param>
/// <param name="PeakBytes">The most resident memory during the phase.</param>
/// <param name="EndBytes">Resident memory afterwards, with the result alive and garbage collected.</param>
internal sealed record RecoveryPhase(double Seconds, long Bytes, long Rows, long PeakBytes, long EndBytes);

/// <summary>The phases: one shard is written in segments, its records are read and checked and nothing else, and it is recovered as a silo does.</summary>
internal static class RecoveryPhases
{
    private static readonly ShardLogOptions Options = new();

    public static async Task<RecoveryPhase> FillAsync(IRecordStore store, RowGenerator generator, int rows, CancellationToken cancellation)
    {
        await ShardLog.CreateAsync(store, new("bench", 0, 1, generator.Dimension, Metric.Euclidean), cancellation: cancellation);
        var log = await ShardLog.OpenAsync(store, Guid.NewGuid(), new ShardRecovery(), cancellation: cancellation);
        return await MeasureAsync(0, async () =>
        {
            await log.CheckpointAsync(new GeneratedLiveRows(generator, rows), cancellation: cancellation);
            return (log.StoredBytes, rows, (object)log);
        });
    }

    /// <summary>Reads every segment through the same provider, as many at once as recovery does, and checks each checksum.</summary>
    public static async Task<RecoveryPhase> ReadAsync(IRecordStore store, int warm, CancellationToken cancellation)
    {
        var checkpoint = CheckpointForm.Decode((await store.ReadAsync(RecordNames.Checkpoint))!.Value.Bytes);
        return await MeasureAsync(warm, async () =>
        {
            long bytes = 0;
            var ahead = new Queue<Task<int>>();
            foreach (var segment in checkpoint.Segments)
            {
                cancellation.ThrowIfCancellationRequested();
                if (ahead.Count == Options.ParallelReads)
                    bytes += await ahead.Dequeue();
                ahead.Enqueue(ReadAndCheckAsync(store, segment));
            }

            while (ahead.Count > 0)
                bytes += await ahead.Dequeue();
            return (bytes, checkpoint.Segments.Sum(segment => (long)segment.Rows), (object)checkpoint);
        });
    }

    public static Task<RecoveryPhase> RecoverAsync(IRecordStore store, int warm, CancellationToken cancellation) => MeasureAsync(warm, async () =>
    {
        var target = new ShardRecovery();
        var log = await Task.Run(() => ShardLog.OpenAsync(store, Guid.NewGuid(), target, Options, cancellation: cancellation), cancellation);
        var rows = target.Finish();
        return (log.StoredBytes, rows.Snapshot.Count, (object)(log, rows));
    });

    private static async Task<int> ReadAndCheckAsync(IRecordStore store, StoredSegment segment)
    {
        string name = RecordNames.Segment(segment.Name);
        var record = (await store.ReadAsync(name))!.Value;
        return await Task.Run(() =>
        {
            RecordFrame.Open(RecordKind.Segment, name, record.Bytes.Span, out ulong checksum);
            return checksum == segment.Checksum ? record.Bytes.Length : throw FlatIndexException.CorruptData(name, "is not the one that was written");
        });
    }

    /// <summary>The time of the last run, after as many that are not timed, and the memory of the first, to which no run before it adds.</summary>
    private static async Task<RecoveryPhase> MeasureAsync(int warm, Func<Task<(long Bytes, long Rows, object Alive)>> run)
    {
        var first = await RunAsync(0, run);
        var last = first;
        for (int i = 1; i <= warm; i++)
            last = await RunAsync(i == warm ? first.PeakBytes : 0, run);
        return last with { PeakBytes = first.PeakBytes, EndBytes = first.EndBytes };
    }

    private static async Task<RecoveryPhase> RunAsync(long memory, Func<Task<(long Bytes, long Rows, object Alive)>> run)
    {
        // Twice, and finalizers in between: the rows of a run before are native memory.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProcessMemory.Touch(memory - ProcessMemory.Resident);
        ProcessMemory.ForgetPeak();
        long start = Stopwatch.GetTimestamp();
        var (bytes, rows, alive) = await run();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long peak = ProcessMemory.Peak;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long end = ProcessMemory.Resident;
        GC.KeepAlive(alive);
        return new(seconds, bytes, rows, peak, end);
    }

    /// <summary>Rows that are made when they are asked for.</summary>
    private sealed class GeneratedLiveRows(RowGenerator generator, int rows) : ILiveRows
    {
        public IEnumerable<ulong> Sequences => Enumerable.Range(1, rows).Select(row => (ulong)row);

        public IEnumerable<StoredRow> Rows(IReadOnlySet<ulong> wanted)
        {
            float[] vector = new float[generator.Dimension];
            for (int row = 0; row < rows; row++)
            {
                generator.Fill(RowStream.Base, row, vector);
                yield return new((ulong)row, vector, Metadata.Empty, (ulong)row + 1);
            }
        }
    }
}
