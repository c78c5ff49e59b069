using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Indexes;

internal sealed partial class IndexGrain
{
    /// <summary>The longest lease of a restore.</summary>
    private static readonly TimeSpan MaxRestoreLease = TimeSpan.FromHours(1);

    private RestoreLease? _restore;
    private IGrainTimer? _restoreTimer;

    /// <summary>Whether someone is restoring the index now: another activation's restore, or one that was left, does not count.</summary>
    private bool IsRestoring => _restore is { HasEnded: false };

    public async Task<IndexDescription> BeginRestore(RestoreRequest request, CancellationToken cancellationToken)
    {
        IndexName.Check(Name);
        var settings = request?.Settings ?? throw FlatIndexException.InvalidConfig("an index is restored with settings, found none");
        settings.Check();
        if (request.SequenceHighWater > ulong.MaxValue / 2)
            throw FlatIndexException.InvalidConfig($"the numbers of an index stay below 2^63, found {request.SequenceHighWater}");
        if (request.Lease <= TimeSpan.Zero || request.Lease > MaxRestoreLease)
            throw FlatIndexException.InvalidConfig($"the lease of a restore is above zero and at most {MaxRestoreLease}, found {request.Lease}");
        JoinedTokens.Check(request.Tokens.Values);
        await FinishAsync(cancellationToken);
        if (IsRestoring || _records.Current is { State: IndexState.Live })
            throw FlatIndexException.IndexExists(Name);

        await Catalog.AddName(Name, cancellationToken);
        var description = NewDescription(settings);
        await SaveAsync(new(IndexState.Restoring, description, request.SequenceHighWater + SequenceLease.Length));
        _restore = new(time, description.Incarnation, request.Lease);
        try
        {
            await EachShardAsync(description, shard => request.Tokens.Count == 0
                ? shard.CreateShard(settings, description.Epoch, cancellationToken)
                : shard.CreateRestoredShard(settings, description.Epoch, request.Tokens, cancellationToken));
        }
        catch
        {
            _restore = null;
            DeactivateOnIdle();
            throw;
        }

        _restore.Renew();
        _restoreTimer = this.RegisterGrainTimer(
            DropIfLeftAsync, new GrainTimerCreationOptions { DueTime = request.Lease, Period = request.Lease, KeepAlive = true });
        return description;
    }

    public Task KeepRestore(string incarnation, CancellationToken cancellationToken)
    {
        if (_restore is not { } restore || restore.Incarnation != incarnation)
            throw FlatIndexException.IndexNotFound(Name);
        restore.Renew();
        return Task.CompletedTask;
    }

    public async Task<IndexDescription> FinishRestore(RestoreEnd end, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(end);

        // Told twice, because the first answer was lost: it is whole already.
        if (_records.Current is { State: IndexState.Live } live && live.Description.Incarnation == end.Incarnation)
            return live.Description;
        await FinishAsync(cancellationToken);
        await KeepRestore(end.Incarnation, cancellationToken);
        var record = _records.Current!;
        try
        {
            await CheckWholeAsync(record.Description, end.Expected, cancellationToken);
        }
        catch (FlatIndexException e) when (e.Kind == FlatErrorKind.CorruptData)
        {
            await DropRestoreAsync(cancellationToken);
            throw;
        }

        await SaveAsync(record with { State = IndexState.Live });
        EndRestore();
        (_lease, _fenced) = (new(record.SequenceLease - SequenceLease.Length + 1, record.SequenceLease), true);
        return record.Description;
    }

    public async Task AbandonRestore(string incarnation, CancellationToken cancellationToken)
    {
        if (_records.Current is { State: IndexState.Restoring } record && record.Description.Incarnation == incarnation)
            await DropRestoreAsync(cancellationToken);
    }

    private async Task CheckWholeAsync(IndexDescription description, RowsDigest expected, CancellationToken cancellationToken)
    {
        var digests = await Task.WhenAll(Enumerable.Range(0, description.Settings.Shards)
            .Select(shard => GrainFactory.GetGrain<IShardGrain>(description.ShardKey(shard)).DigestRows(description.Epoch, cancellationToken)));
        var found = digests.Aggregate(default(RowsDigest), (sum, digest) => sum.With(digest));
        if (found != expected)
            throw FlatIndexException.CorruptData("backup", $"is not what was restored: {expected.Rows} rows of digest {expected} expected, found {found.Rows} of digest {found}; nothing of it is kept");
    }

    /// <summary>Nobody has sent rows for the length of the lease: whoever did is gone.</summary>
    /// <remarks>The timer's own token ends with the timer, which the drop ends.</remarks>
    private async Task DropIfLeftAsync(CancellationToken cancellationToken)
    {
        if (_restore is { HasEnded: true })
            await DropRestoreAsync(CancellationToken.None);
    }

    private async Task DropRestoreAsync(CancellationToken cancellationToken)
    {
        EndRestore();
        await SaveAsync(_records.Current! with { State = IndexState.Dropping });
        await EraseAsync(cancellationToken);
    }

    private void EndRestore()
    {
        _restore = null;
        _restoreTimer?.Dispose();
        _restoreTimer = null;
    }
}
