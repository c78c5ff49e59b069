using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Indexes;

internal sealed partial class IndexGrain
{
    private readonly BatchesInFlight _inFlight = new(time, RequestLimits.Deadline + TimeSpan.FromMinutes(1));
    private SequenceLease? _lease;
    private bool _fenced;

    public async Task<Allotment> AllotSequences(string incarnation, int count, CancellationToken cancellationToken)
    {
        var description = await AllottingAsync(incarnation, count, cancellationToken);
        return new(await TakeAsync(count), description.Epoch);
    }

    /// <remarks>
    /// All that an older epoch allotted is refused when this answers. So whoever asks the shards only then what they know of a token hears the last word on
    /// tries under older epochs; one under this epoch has the same numbers.
    /// </remarks>
    public async Task<Allotment> AllotBatch(string incarnation, int count, ShardToken? token, ulong above, CancellationToken cancellationToken)
    {
        var description = await AllottingAsync(incarnation, count, cancellationToken);
        if (_inFlight.IsFull)
            description = await ShutOutAsync(cancellationToken);
        ulong first = (token is { } known ? _inFlight.NumbersOf(known, count, above) : null) ?? await TakeAsync(count);
        _inFlight.Begin(first, count, token);
        return new(first, description.Epoch);
    }

    public Task FinishBatch(ulong first, BatchEnd end, CancellationToken cancellationToken)
    {
        _inFlight.Finish(first, end);
        return Task.CompletedTask;
    }

    /// <summary>The index as it is, once this activation may allot: all of its shards know its epoch.</summary>
    private async Task<IndexDescription> AllottingAsync(string incarnation, int count, CancellationToken cancellationToken)
    {
        if (count is < 1 or > MaxAllotment)
            throw FlatIndexException.InvalidConfig($"a batch has 1 to {MaxAllotment} rows, found {count}");
        var description = await CurrentAsync(cancellationToken);
        if (description.Incarnation != incarnation)
            throw FlatIndexException.IndexNotFound(Name);
        await FenceAsync(description, cancellationToken);
        return description;
    }

    /// <summary>The first of so many new numbers.</summary>
    private async Task<ulong> TakeAsync(int count)
    {
        if (_lease!.Extension(count) is { } end)
        {
            await SaveAsync(_records.Current! with { SequenceLease = end });
            _lease.Extend(end);
        }

        return _lease.Take(count);
    }

    /// <summary>The index is not this grain's any more: what it allotted concerns no index that may come later under the name.</summary>
    private void EndAllotting()
    {
        (_lease, _fenced) = (null, false);
        _inFlight.Clear();
    }

    /// <summary>Tells this activation's epoch to every shard, once: from then on they refuse what an older activation allotted.</summary>
    private async Task FenceAsync(IndexDescription description, CancellationToken cancellationToken)
    {
        if (_fenced)
            return;
        await EachShardAsync(description, shard => shard.FenceEpoch(description.Epoch, cancellationToken));
        _fenced = true;
    }

    /// <summary>Takes a higher epoch, once an activation, together with a lease that begins where the last one ended.</summary>
    private async Task TakeEpochAsync()
    {
        if (_lease is not null)
            return;
        var record = _records.Current!;
        var description = record.Description with { Epoch = record.Description.Epoch + 1 };
        await SaveAsync(record with { Description = description, SequenceLease = record.SequenceLease + SequenceLease.Length });
        _lease = new(record.SequenceLease + 1, record.SequenceLease + SequenceLease.Length);
    }

    /// <summary>Takes a higher epoch and tells it to every shard: what was allotted before is refused from then on.</summary>
    private async Task<IndexDescription> ShutOutAsync(CancellationToken cancellationToken)
    {
        var record = _records.Current!;
        _fenced = false;
        await SaveAsync(record with { Description = record.Description with { Epoch = record.Description.Epoch + 1 } });
        await FenceAsync(_records.Current!.Description, cancellationToken);
        _inFlight.Clear();
        return _records.Current!.Description;
    }
}
