using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Memory;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// Writes that are committed in one record. Each is planned against the rows as they are, so those of one group touch different ids, and have different
/// clients: then it does not matter that none sees the others. A write that does not fit waits for the next group.
/// </summary>
internal sealed class WriteGroup(ShardRows rows, SiloMemory memory, string home, Func<Func<ShardPlan>, Task<ShardPlan>> aside) : IDisposable
{
    /// <summary>Bytes of a group's record from which on no further write joins.</summary>
    private const long EnoughBytes = 4L * 1024 * 1024;

    private readonly List<ShardOperation> _operations = [];
    private readonly List<TokenAnswer> _answers = [];
    private readonly List<(WaitingWrite Write, ShardPlan Plan)> _writes = [];
    private readonly HashSet<Guid> _clients = [];
    private readonly List<IDisposable> _room = [];
    private readonly HashSet<RowId> _ids = [];
    private int _known;
    private int _puts;
    private long _putBytes;
    private long _bytes;
    private long _reserved;
    private bool _isFull;

    /// <summary>What the record commits.</summary>
    public ShardBatch Batch => new(_operations) { Answers = _answers };

    /// <summary>Whether there is nothing to commit.</summary>
    public bool IsEmpty => _writes.Count == 0;

    /// <summary>
    /// Plans a write and takes it in, or answers it where nothing is to be committed; false when it must wait for the next group. Throws what the write is refused with.
    /// </summary>
    /// <param name="waiting">The write.</param>
    /// <param name="position">Where the shard's log is, for an answer that is given at once.</param>
    public async ValueTask<bool> TryAddAsync(WaitingWrite waiting, ShardPosition position)
    {
        var write = waiting.Write;
        if (_isFull || (write.Token is { } token && _clients.Contains(token.Client)))
            return false;

        // Another one may have been fenced in since the request came.
        if (write.IndexEpoch < rows.IndexEpoch)
            throw FlatIndexException.IndexNotFound(home);
        if (rows.AnswerOf(write.Token) is { } kept)
        {
            // Only the coordinator can make one answer of the parts, and it asks for them where it knows that a token may be known.
            if (kept.Parts.Count > 0)
                throw FlatIndexException.Timeout("the write was done before the index was restored: send it again to learn its answer", mayHaveBeenApplied: true);
            waiting.Answer(new() { Position = position, Applied = kept.Applied, Refused = kept.Refused, Kept = kept });
            return true;
        }

        if (_writes.Count > 0 && Meets(write))
            return false;

        // A filter looks at all rows. They do not change meanwhile: this group is the only one under way, and such a write is alone in it.
        var plan = write.Mode == WriteMode.DeleteMatching ? await aside(() => rows.Plan(write)) : rows.Plan(write);
        if (plan.Batch.Operations.Count == 0 && write.Token is null)
        {
            waiting.Answer(new() { Position = position, Applied = plan.Applied, Refused = plan.Refused });
            return true;
        }

        return TryJoin(waiting, plan);
    }

    /// <summary>All are in: the writes get their answers.</summary>
    public void Answer(ShardPosition position)
    {
        foreach (var (waiting, plan) in _writes)
            waiting.Answer(new() { Position = position, Applied = plan.Applied, Refused = plan.Refused });
    }

    /// <summary>None is known to be in.</summary>
    public void Fail(Exception failure)
    {
        foreach (var (waiting, _) in _writes)
            waiting.Fail(failure);
    }

    /// <summary>Gives the memory back that was set aside.</summary>
    public void Dispose()
    {
        foreach (var room in _room)
            room.Dispose();
    }

    private bool TryJoin(WaitingWrite waiting, ShardPlan plan)
    {
        // What is not about single rows goes alone.
        var operations = plan.Batch.Operations;
        bool isAlone = waiting.Write.Mode == WriteMode.DeleteMatching || operations.Any(operation => operation.Kind is ShardOperationKind.Clear or ShardOperationKind.IndexEpoch);
        long bytes = ShardLog.RecordBytes(plan.Batch);
        if (_writes.Count > 0 && (isAlone || _bytes + bytes > EnoughBytes))
            return false;
        var (puts, putBytes) = ShardRows.PutsOf(operations);
        long growth = rows.GrowthBytes(_puts + puts, _putBytes + putBytes);
        _room.Add(memory.Reserve(growth - _reserved));
        _reserved = Math.Max(growth, _reserved);
        _operations.AddRange(operations);
        (_puts, _putBytes) = (_puts + puts, _putBytes + putBytes);
        _bytes += bytes;
        _isFull = isAlone || _bytes >= EnoughBytes;
        _answers.AddRange(plan.Batch.Answers);
        if (waiting.Write.Token is { } token)
            _clients.Add(token.Client);
        _writes.Add((waiting, plan));
        return true;
    }

    // Also a row that a write would not change counts: what is refused depends on it. A filter may meet any row.
    private bool Meets(ShardWrite write)
    {
        if (write.Mode == WriteMode.DeleteMatching)
            return true;
        for (; _known < _writes.Count; _known++)
            _ids.UnionWith(_writes[_known].Write.Write.Rows.Ids.Values);
        foreach (var id in write.Rows.Ids.Values)
        {
            if (_ids.Contains(id))
                return true;
        }

        return false;
    }
}
