using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Indexes;

/// <summary>
/// Creates, describes, renames and drops one index, and allots its sequence numbers. Calls come one at a time.
/// </summary>
/// <remarks>
/// Every activation takes a higher epoch by replacing its record, and tells it to all shards before it allots: of two
/// activations, the older can still count, but no shard takes its numbers.
/// </remarks>
internal sealed partial class IndexGrain(IRecordStoreFactory stores, TimeProvider time) : Grain, IIndexGrain
{
    /// <summary>Rows of one allotment, at most.</summary>
    private const int MaxAllotment = 1 << 20;

    private IndexRecords _records = null!;
    private FlatIndexException? _damage;

    private string Name => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _records = new(new TypedRecordStore(stores.Open($"index/{Name}")));
        try
        {
            await _records.ReadAsync();
        }
        catch (FlatIndexException e)
        {
            // Told by every call: an activation that fails tells its callers less.
            _damage = e;
        }
    }

    public async Task<IndexDescription> CreateIndex(IndexSettings settings, bool ifNotExists, CancellationToken cancellationToken)
    {
        IndexName.Check(Name);
        (settings ?? throw FlatIndexException.InvalidConfig("an index is created with settings, found none")).Check();
        await FinishAsync(cancellationToken);
        if (IsRestoring)
            throw FlatIndexException.IndexExists(Name);
        if (_records.Current is { State: IndexState.Live } live)
        {
            return ifNotExists && live.Description.Settings == settings
                ? await DescribeIndex(cancellationToken)
                : throw FlatIndexException.IndexExists(Name);
        }

        await Catalog.AddName(Name, cancellationToken);
        var description = NewDescription(settings);
        await SaveAsync(new(IndexState.Creating, description, SequenceLease.Length));
        await EachShardAsync(description, shard => shard.CreateShard(settings, 1, cancellationToken));
        await SaveAsync(new(IndexState.Live, description, SequenceLease.Length));
        (_lease, _fenced) = (new(1, SequenceLease.Length), true);
        return description;
    }

    public async Task<IndexDescription> DescribeIndex(CancellationToken cancellationToken)
    {
        // Asked for by those who doubt what they know: shards may have refused this very activation, which has been superseded then.
        if (_damage is null && !await _records.IsCurrentAsync())
        {
            DeactivateOnIdle();
            throw FlatIndexException.Unavailable("another activation of the index grain has written its record");
        }

        return await CurrentAsync(cancellationToken);
    }

    private async Task<IndexDescription> CurrentAsync(CancellationToken cancellationToken)
    {
        await FinishAsync(cancellationToken);
        if (_records.Current is not { State: IndexState.Live })
            throw FlatIndexException.IndexNotFound(Name);
        await TakeEpochAsync();
        return _records.Current.Description;
    }

    public async Task<IndexDescription> RenameIndex(string newName, CancellationToken cancellationToken)
    {
        newName ??= "";
        IndexName.Check(newName);
        var description = await DescribeIndex(cancellationToken);
        if (newName == Name)
            return description;
        if (await GrainFactory.GetGrain<IIndexGrain>(newName).IsTaken(cancellationToken))
            throw FlatIndexException.IndexExists(newName);

        // A shard that does not answer fails the rename here, before anything is written.
        await FenceAsync(description, cancellationToken);
        await SaveAsync(_records.Current! with { State = IndexState.Renaming, RenamedTo = newName });
        return await MoveAsync(_records.Current!, cancellationToken) ?? throw FlatIndexException.IndexNotFound(Name);
    }

    public Task<bool> IsTaken(CancellationToken cancellationToken) =>
        Task.FromResult(IsRestoring || _records.Current is { State: IndexState.Live or IndexState.Renaming });

    public async Task<IndexDescription> AdoptIndex(IndexDescription description, ulong sequenceLease, CancellationToken cancellationToken)
    {
        if (IsRestoring || (_records.Current is { State: IndexState.Live or IndexState.Renaming } other && other.Description.Incarnation != description.Incarnation))
            throw FlatIndexException.IndexExists(Name);
        await FinishAsync(cancellationToken);
        if (_records.Current is null)
        {
            // By this grain, whose own removal of the name from the catalog is over.
            await Catalog.AddName(Name, cancellationToken);
            return await TakeOverAsync(description, sequenceLease, cancellationToken);
        }

        var current = await DescribeIndex(cancellationToken);
        await FenceAsync(current, cancellationToken);
        return current;
    }

    public async Task DropIndex(CancellationToken cancellationToken)
    {
        await FinishAsync(cancellationToken);
        if (_records.Current is not { State: IndexState.Live } live)
            throw FlatIndexException.IndexNotFound(Name);
        await SaveAsync(live with { State = IndexState.Dropping });
        await EraseAsync(cancellationToken);
    }

    /// <summary>What an index of these settings is that begins now.</summary>
    private IndexDescription NewDescription(IndexSettings settings) => new()
    {
        Name = Name,
        Settings = settings,
        Incarnation = Ulid.NewUlid(time.GetUtcNow()).ToString(),
        Home = Name,
        Epoch = 1,
        Slots = SlotMap.Even(settings.Shards),
        Created = time.GetUtcNow(),
    };

    private ICatalogGrain Catalog => GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    /// <summary>Brings what a crash left halfway to its end, before anything else is done.</summary>
    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_damage is not null)
        {
            DeactivateOnIdle();
            throw new FlatIndexException(_damage.Error with { Index = Name }, _damage);
        }

        switch (_records.Current)
        {
            case { State: IndexState.Creating } creating:
                // First the record: where another activation has made the index meanwhile, this fails, and its rows are safe.
                await SaveAsync(creating with { State = IndexState.Dropping });
                await EraseAsync(cancellationToken);
                break;
            case { State: IndexState.Dropping }:
                await EraseAsync(cancellationToken);
                break;
            case { State: IndexState.Restoring } when !IsRestoring:
                // Begun by an activation that is gone, or by someone who is: it never was an index.
                await DropRestoreAsync(cancellationToken);
                break;
            case { State: IndexState.Renaming } renaming:
                await MoveAsync(renaming, cancellationToken);
                break;
        }
    }

    private async Task EraseAsync(CancellationToken cancellationToken)
    {
        await EachShardAsync(_records.Current!.Description, shard => shard.EraseShard(cancellationToken));
        await _records.DeleteAsync();
        EndAllotting();
        await Catalog.RemoveName(Name, cancellationToken);
    }

    /// <summary>
    /// Hands the index over to its new name. IndexExists, and the index is back, when the name was taken meanwhile; null when the index
    /// has left that name already: it was adopted before a crash here, and has been renamed or dropped since.
    /// </summary>
    private async Task<IndexDescription?> MoveAsync(IndexRecord renaming, CancellationToken cancellationToken)
    {
        IndexDescription? moved = null;
        try
        {
            moved = await AdoptAsync(renaming, cancellationToken);
        }
        catch (FlatIndexException e) when (e.Kind == FlatErrorKind.IndexNotFound)
        {
            // The shards know a newer owner, or were erased.
        }

        await _records.DeleteAsync();
        EndAllotting();
        await Catalog.RemoveName(Name, cancellationToken);
        return moved;
    }

    private async Task<IndexDescription> AdoptAsync(IndexRecord renaming, CancellationToken cancellationToken)
    {
        try
        {
            return await GrainFactory.GetGrain<IIndexGrain>(renaming.RenamedTo)
                .AdoptIndex(renaming.Description, renaming.SequenceLease, cancellationToken);
        }
        catch (FlatIndexException e) when (e.Kind == FlatErrorKind.IndexExists)
        {
            await TakeOverAsync(renaming.Description, renaming.SequenceLease, cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// Makes an index live under this grain. The shards hear first: where the index has moved on or is gone, they refuse this epoch
    /// with IndexNotFound, and nothing is written. So no two index grains can ever allot for the same shards.
    /// </summary>
    private async Task<IndexDescription> TakeOverAsync(IndexDescription description, ulong sequenceLease, CancellationToken cancellationToken)
    {
        var taken = description with { Name = Name, Epoch = description.Epoch + 1 };
        await EachShardAsync(taken, shard => shard.FenceEpoch(taken.Epoch, cancellationToken));
        await SaveAsync(new(IndexState.Live, taken, sequenceLease + SequenceLease.Length));
        (_lease, _fenced) = (new(sequenceLease + 1, sequenceLease + SequenceLease.Length), true);
        return taken;
    }

    private async Task SaveAsync(IndexRecord record)
    {
        try
        {
            await _records.WriteAsync(record);
        }
        catch
        {
            // What the store holds now is unknown: only a new activation, which reads it, may go on.
            DeactivateOnIdle();
            throw;
        }
    }

    private Task EachShardAsync(IndexDescription description, Func<IShardGrain, Task> call) =>
        Task.WhenAll(Enumerable.Range(0, description.Settings.Shards)
            .Select(shard => call(GrainFactory.GetGrain<IShardGrain>(description.ShardKey(shard)))));
}
