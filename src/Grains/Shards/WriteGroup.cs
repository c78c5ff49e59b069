using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Memory;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// Writes that are committed in one record. Each is planned against the rows as they are, while the groups before this one may still be under way. So the writes of
/// all of them touch different ids, and have different clients: then it does not matter that none sees the others. A write that does not fit waits.
/// </summary>
/// <param name="rows">The shard's rows.</param>
/// <param name="memory">Where room for new rows is asked for.</param>
/// <param name="home">The index, for errors.</param>
/// <param name="ahead">The groups whose rows are not seen yet: as it changes, so does what fits.</param>
/// <param name="aside">Runs what takes long beside the grain's turns.</param>
internal sealed class WriteGroup(
    ShardRows rows, SiloMemory memory, string home, IReadOnlyCollection<WriteGroup> ahead, Func<Func<ShardPlan>, Task<ShardPlan>> aside) : IDisposable
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
    private long _reserved;
    private bool _isAlone;
    private bool _isFull;

    /// <summary>What the record commits.</summary>
    public ShardBatch Batch => new(_operations) { Answers = _answers };

    /// <summary>Bytes of the record, as far as the writes' own add up to them.</summary>
    public long Bytes { get; private set; }

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
        if (_isFull || HasClientOf(write) || ahead.Any(group => group.HasClientOf(write)))
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

        if (Meets(write) || ahead.Any(group => group.Meets(write)))
            return false;

        // A filter looks at all rows. They do not change meanwhile: no group is under way, and such a write is alone in this one.
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
        var operations = plan.Batch.Operations;
        long bytes = ShardLog.RecordBytes(plan.Batch);
        if (_writes.Count > 0 && Bytes + bytes > EnoughBytes)
            return false;
        var (puts, putBytes) = ShardRows.PutsOf(operations);

        // What the groups ahead put is not among the rows yet, and they have set their room aside.
        long growth = rows.GrowthBytes(ahead.Sum(group => group._puts) + _puts + puts, ahead.Sum(group => group._putBytes) + _putBytes + putBytes)
            - ahead.Sum(group => group._reserved);
        _room.Add(memory.Reserve(growth - _reserved));
        _reserved = Math.Max(growth, _reserved);
        _operations.AddRange(operations);
        (_puts, _putBytes) = (_puts + puts, _putBytes + putBytes);
        Bytes += bytes;
        _isAlone = IsForAll(waiting.Write);
        _isFull = _isAlone || Bytes >= EnoughBytes;
        _answers.AddRange(plan.Batch.Answers);
        if (waiting.Write.Token is { } token)
            _clients.Add(token.Client);
        _writes.Add((waiting, plan));
        return true;
    }

    private bool HasClientOf(ShardWrite write) => write.Token is { } token && _clients.Contains(token.Client);

    // What is not about single rows: it goes when nothing else is under way, and nothing goes beside it.
    private bool IsForAll(ShardWrite write) => write.Mode is WriteMode.DeleteMatching or WriteMode.Clear || write.IndexEpoch > rows.IndexEpoch;

    // Also a row that a write would not change counts: what is refused depends on it.
    private bool Meets(ShardWrite write)
    {
        if (IsEmpty)
            return false;
        if (_isAlone || IsForAll(write))
            return true;
        _ids.EnsureCapacity(_writes.Sum(joined => joined.Write.Write.Rows.Count));
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
