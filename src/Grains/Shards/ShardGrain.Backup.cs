using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Backup;
using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Shards;

internal sealed partial class ShardGrain
{
    private readonly ShardPins _pins = new(time);
    private int _verifying;

    public async Task<PinnedShard> PinRows(PinRequest request, CancellationToken cancellationToken)
    {
        ShardRequestCheck.NotNull(request);
        _pins.Check(request.Lease);
        var rows = await ReadyAsync(request.IndexEpoch);

        // A superseded activation does not have what its successor was told is written: the store knows. What is pinned is taken after it said no.
        await FreshAsync(null, Freshness.Linearizable, cancellationToken);
        rows = await ReadyAsync(request.IndexEpoch);
        var (position, snapshot) = (Position, rows.Snapshot);
        _pins.Add(request.Pin, snapshot, request.Lease);
        return new() { Shard = _key.Shard, Rows = snapshot.Count, Position = position, Tokens = rows.Tokens };
    }

    public Task<StoredRowBlock> ReadPinned(Guid pin, int from, CancellationToken cancellationToken) => _pins.Find(pin).ReadAsync(from);

    public Task KeepPinned(Guid pin, CancellationToken cancellationToken)
    {
        _pins.Find(pin);
        return Task.CompletedTask;
    }

    public Task UnpinRows(Guid pin, CancellationToken cancellationToken)
    {
        _pins.Remove(pin);
        return Task.CompletedTask;
    }

    public async Task<RowsDigest> DigestRows(ulong indexEpoch, CancellationToken cancellationToken)
    {
        var snapshot = (await ReadyAsync(indexEpoch)).Snapshot;
        return RowsDigest.Of(await Task.Run(() => SnapshotDigest.Of(snapshot, cancellationToken), cancellationToken));
    }

    public async Task<ShardVerification> VerifyShard(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(Settled);
        cancellationToken.ThrowIfCancellationRequested();

        // No checkpoint begins from here on, so nothing is trimmed while it is read. Writes go on.
        _verifying++;
        try
        {
            await _checkpoint.WaitAsync(cancellationToken).ConfigureAwait(Settled);
            var (rows, known, end) = (_rows, _log?.Checkpoint, _commits?.Applied);
            if (rows is null || known is null || _log!.IsFenced)
                return await VerifyStoredAsync(cancellationToken);
            var snapshot = rows.Snapshot;
            var verification = new Verification(_store, cancellationToken);
            await Task.Run(() => verification.RunAsync(known, end), cancellationToken);
            var inMemory = RowsDigest.Of(await Task.Run(() => SnapshotDigest.Of(snapshot, cancellationToken), cancellationToken));
            return Answer(verification, verification.IsOfExpected ? inMemory : null, []);
        }
        finally
        {
            _verifying--;
        }
    }

    /// <summary>Verifies the records of a shard that cannot load, most often because one of them is damaged.</summary>
    private async Task<ShardVerification> VerifyStoredAsync(CancellationToken cancellationToken)
    {
        string why = _opening.Exception?.InnerException?.Message ?? "it is leaving its silo";
        if (_opening.Exception?.InnerException is FlatIndexException { Kind: FlatErrorKind.IndexNotFound } gone)
            throw new FlatIndexException(gone.Error, gone);
        if (!_opening.IsCompletedSuccessfully)
            DeactivateOnIdle();
        var verification = new Verification(_store, cancellationToken);
        await Task.Run(() => verification.RunAsync(null, null), cancellationToken);
        return Answer(verification, null, [$"the rows in memory could not be compared, because the shard is not loaded: {why}"]);
    }

    private ShardVerification Answer(Verification verification, RowsDigest? inMemory, string[] alsoUnchecked)
    {
        var problems = verification.Problems.ToList();
        if (verification.Stored is { } stored && inMemory is { } memory && stored != memory)
            problems.Add(new("rows", $"are not the same in memory: {stored.Rows} of digest {stored} are stored, found {memory.Rows} of digest {memory}"));
        else if (verification.Stored is null && inMemory is not null)
            alsoUnchecked = [.. alsoUnchecked, "the rows in memory could not be compared, because not every stored row could be read"];
        return new()
        {
            Shard = _key.Shard,
            Silo = silo.Name,
            Records = verification.Records,
            Bytes = verification.Bytes,
            Stored = verification.Stored,
            InMemory = inMemory,
            ProblemCount = problems.Count,
            Problems = [.. problems.Take(ShardVerification.MaxProblems)],
            Unchecked = [.. verification.Unchecked, .. alsoUnchecked],
        };
    }
}
