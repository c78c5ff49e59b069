using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Backup;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Client.Placement;
using IqdbFlat.Client.Telemetry;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>The indexes of a cluster, through its index and catalog grains.</summary>
internal sealed class FlatIndexClient(IClusterGrains grains, IqdbFlatClientOptions options, TimeProvider time) : IFlatIndexClient
{
    private const int DescribedAtOnce = 16;

    private readonly ClusterCaller _caller = new(grains, time);

    private ShardMover Mover => new(_caller, options.Deadline);

    public async Task<IFlatIndex> CreateAsync(string name, IndexSettings settings, bool ifNotExists, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        return Open(await Change("create", name, (index, cancel) => index.CreateIndex(settings, ifNotExists, cancel), cancellationToken));
    }

    public async Task<IFlatIndex> OpenAsync(string name, CancellationToken cancellationToken) => Open(await DescribeAsync(name, cancellationToken));

    public async Task<IndexList> ListAsync(CancellationToken cancellationToken)
    {
        var names = await ListNamesAsync(cancellationToken);
        List<IndexDescription> indexes = new(names.Count);
        List<FlatError> damaged = [];
        foreach (string[] some in names.Chunk(DescribedAtOnce))
        {
            foreach (var (index, damage) in await Task.WhenAll(some.Select(name => Look(name, cancellationToken))))
            {
                if (index is not null)
                    indexes.Add(index);
                if (damage is not null)
                    damaged.Add(damage);
            }
        }

        return new(indexes, damaged);
    }

    public async Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken cancellationToken) => await _caller.Ask(
        null, _caller.Start(options.Deadline), (all, cancel) => all.Catalog.ListNames(cancel), cancellationToken);

    public Task<IndexDescription> DescribeAsync(string name, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        return _caller.Ask(
            name, _caller.Start(options.Deadline), (all, cancel) => all.Index(name).DescribeIndex(cancel), cancellationToken);
    }

    public Task<IndexDescription> RenameAsync(string name, string newName, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        IndexName.Check(newName);
        return Change("rename", name, (index, cancel) => index.RenameIndex(newName, cancel), cancellationToken);
    }

    public Task DropAsync(string name, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        return Change("drop", name, Drop, cancellationToken);

        static async Task<bool> Drop(IIndexGrain index, CancellationToken cancel)
        {
            await index.DropIndex(cancel);
            return true;
        }
    }

    public async Task<IFlatIndex> RestoreAsync(
        Stream source, RestoreOptions? options, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Open(await new RestoreRun(_caller, progress, options ?? RestoreOptions.Default).RunAsync(source, cancellationToken));
    }

    public Task<IndexVerification> VerifyAsync(string name, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        return new VerifyRun(_caller, name, progress).RunAsync(cancellationToken);
    }

    public Task<IReadOnlyList<SiloDescription>> ListSilosAsync(CancellationToken cancellationToken) => Mover.ListSilos(cancellationToken);

    public Task<IReadOnlyList<ShardLocation>> LocateShardsAsync(string name, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        return Mover.Locate(name, cancellationToken);
    }

    public Task<ShardMove> MoveShardAsync(string name, int shard, string silo, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        ArgumentNullException.ThrowIfNull(silo);
        return Mover.Move(name, shard, silo, cancellationToken);
    }

    public async IAsyncEnumerable<ShardMove> RebalanceAsync(string? name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (name is not null)
            IndexName.Check(name);
        string[] names = name is null ? [.. (await ListAsync(cancellationToken)).Select(index => index.Name)] : [name];
        await foreach (var move in Mover.Rebalance(names, cancellationToken))
            yield return move;
    }

    private FlatIndexHandle Open(IndexDescription description) => new(_caller, description, options, time);

    // A name stands in the catalog before its index is made and after it is gone. A damaged index must not hide the others.
    private async Task<(IndexDescription? Index, FlatError? Damage)> Look(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await DescribeAsync(name, cancellationToken), null);
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.IndexNotFound)
        {
            return (null, null);
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.CorruptData)
        {
            return (null, error.Error);
        }
    }

    private Task<T> Change<T>(string operation, string name, Func<IIndexGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        ClientTelemetry.MeasureAsync(operation, name, () =>
            _caller.Change(name, _caller.Start(options.Deadline), (all, cancel) => call(all.Index(name), cancel), cancellationToken));
}
