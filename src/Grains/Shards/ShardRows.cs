using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// The rows of one shard and the rules by which writes change them. A write is planned against the rows as they are, committed
/// to the log by the caller, and then applied; recovery applies the same batches again. No grain, no clock, no I/O.
/// </summary>
internal sealed class ShardRows(RowStore store, Removals removals, ulong indexEpoch)
{
    /// <summary>The rows published now.</summary>
    public RowSnapshot Snapshot => store.Snapshot;

    /// <summary>Bytes that the rows occupy.</summary>
    public long MemoryBytes => store.MemoryBytes;

    /// <summary>The newest index epoch seen; requests of an older one are refused.</summary>
    public ulong IndexEpoch { get; private set; } = indexEpoch;

    /// <summary>What is remembered of removals, to be kept with a checkpoint.</summary>
    public ReadOnlyMemory<byte> Attachment => removals.Write();

    /// <summary>Places of rows that a write would refuse.</summary>
    public int[] Check(WriteMode mode, ReadOnlySpan<RowId> ids)
    {
        var snapshot = Snapshot;
        var refused = new List<int>();
        var seen = mode == WriteMode.UpdateMetadata ? null : new HashSet<RowId>();
        for (int row = 0; row < ids.Length; row++)
        {
            bool present = snapshot.TryFind(ids[row], out _);
            bool repeated = seen is not null && !seen.Add(ids[row]);
            if (mode == WriteMode.Insert ? present || repeated : !present || repeated)
                refused.Add(row);
        }

        return [.. refused];
    }

    /// <summary>What a write does to the rows as they are now. Nothing changes yet.</summary>
    public ShardPlan Plan(ShardWrite write) =>
        write.Mode == WriteMode.Clear ? PlanClear(write) : new WritePlanner(Snapshot, removals, IndexEpoch).Plan(write);

    /// <summary>Applies a batch that is durable, all at once for readers.</summary>
    public void Apply(ShardBatch batch)
    {
        var rest = batch.Operations;
        if (rest.Any(operation => operation.Kind == ShardOperationKind.Clear))
        {
            ApplyClear(rest);
            return;
        }

        using var writer = store.BeginWrite();
        foreach (var operation in rest)
        {
            switch (operation.Kind)
            {
                case ShardOperationKind.Put:
                    writer.Put(operation.Id, operation.Number, operation.Vector.Span, operation.Metadata);
                    break;
                case ShardOperationKind.Remove:
                    writer.Remove(operation.Id);
                    removals.Add(operation.Id, operation.Number);
                    break;
                case ShardOperationKind.IndexEpoch:
                    IndexEpoch = Math.Max(IndexEpoch, operation.Number);
                    break;
            }
        }

        writer.Publish();
    }

    private ShardPlan PlanClear(ShardWrite write)
    {
        var snapshot = Snapshot;
        ulong number = write.Sequences[0];
        int newer = snapshot.RowsAfter(number, int.MaxValue).Length;
        return new(
            new([.. WritePlanner.EpochChange(write, IndexEpoch), ShardOperation.Clear(number)]), snapshot.Count - newer, [], 0);
    }

    /// <summary>A row that was written after the clearing's number was allotted, and arrived before it, stays.</summary>
    private void ApplyClear(IReadOnlyList<ShardOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (operation.Kind == ShardOperationKind.IndexEpoch)
            {
                IndexEpoch = Math.Max(IndexEpoch, operation.Number);
                continue;
            }

            var snapshot = store.Snapshot;
            int[] newer = snapshot.RowsAfter(operation.Number, int.MaxValue);
            removals.Clear(operation.Number);
            if (newer.Length == 0)
            {
                store.Clear();
                continue;
            }

            var kept = newer.ToHashSet();
            using var writer = store.BeginWrite();
            foreach (int row in snapshot.RowsAfter(0, int.MaxValue))
            {
                if (!kept.Contains(row))
                    writer.Remove(snapshot.IdOf(row));
            }

            writer.Publish();
        }
    }
}
