using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Shards;

/// <summary>Plans one write row by row: what is refused, what is late, what is done.</summary>
/// <remarks>
/// Of two writes of one id that cross on the way the higher number wins: the lower one that arrives late is acknowledged
/// as already replaced and changes nothing.
/// </remarks>
internal sealed class WritePlanner(RowSnapshot snapshot, Removals removals, ulong indexEpoch, ShardWrite write)
{
    // Room once for all: grown by doubling, large batches would leave large arrays behind.
    private readonly List<ShardOperation> _operations = new(write.Rows.Count + 1);
    private readonly HashSet<RowId> _touched = new(write.Rows.Count);
    private readonly List<int> _refused = [];
    private int _applied;

    /// <summary>The operation that records a newer index epoch with the batch that brought it.</summary>
    public static IEnumerable<ShardOperation> EpochChange(ShardWrite write, ulong indexEpoch) =>
        write.IndexEpoch > indexEpoch ? [ShardOperation.IndexEpoch(write.IndexEpoch)] : [];

    public ShardPlan Plan()
    {
        _operations.AddRange(EpochChange(write, indexEpoch));
        for (int row = 0; row < write.Rows.Count; row++)
        {
            if (TryPlan(row))
                continue;
            _refused.Add(row);
            if (write.StopAtFirst)
                break;
        }

        return new(new(_operations), _applied, [.. _refused]);
    }

    private bool TryPlan(int row)
    {
        var id = write.Rows.Ids.Values[row];
        ulong number = write.Sequences[row];
        bool repeated = !_touched.Add(id);
        bool present = snapshot.TryFind(id, out int found);
        switch (write.Mode)
        {
            case WriteMode.Insert:
                if (repeated || present)
                    return false;
                CheckFloor(id, number);
                Put(row, id, number, removals.NumberOf(id));
                return true;
            case WriteMode.Upsert:
                if (!present)
                    CheckFloor(id, number);
                Put(row, id, number, Math.Max(removals.NumberOf(id), present ? snapshot.SequenceOf(found) : 0));
                return true;
            case WriteMode.UpdateMetadata:
                if (!present)
                    return false;
                _applied++;
                var stored = snapshot.Read(found);
                if (stored.Sequence > number)
                    return true;
                _operations.Add(ShardOperation.Put(id, stored.Sequence, stored.Vector, write.Rows.MetadataAt(row)));
                return true;
            case WriteMode.Delete or WriteMode.DeleteIfPresent:
                if (!present || repeated)
                    return write.Mode == WriteMode.DeleteIfPresent;
                if (snapshot.SequenceOf(found) < number)
                    _operations.Add(ShardOperation.Remove(id, number));
                _applied++;
                return true;
            default:
                throw FlatIndexException.InvalidConfig($"a shard knows no write of mode {write.Mode}");
        }
    }

    // Not "already replaced", which could be wrong, and not written, which could bring a removed row back: the write needs a newer number. A
    // row that is there needs no floor: a removal that was forgotten has removed it, or came before it.
    private void CheckFloor(in RowId id, ulong number)
    {
        if (removals.MayHaveForgotten(id, number))
        {
            throw FlatIndexException.Timeout(
                $"the write was under way for too long: its number is {number}, and removals up to {removals.Floor} have been forgotten", mayHaveBeenApplied: false);
        }
    }

    private void Put(int row, RowId id, ulong number, ulong newest)
    {
        _applied++;
        if (newest > number)
            return;
        int dimension = snapshot.Dimension;
        _operations.Add(ShardOperation.Put(id, number, write.Rows.VectorAt(row, dimension), write.Rows.MetadataAt(row)));
    }
}
