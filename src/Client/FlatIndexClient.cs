using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Client.Placement;
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
        return Open(await Change(name, (index, cancel) => index.CreateIndex(settings, ifNotExists, cancel), cancellationToken));
    }

    public async Task<IFlatIndex> OpenAsync(string name, CancellationToken cancellationToken) => Open(await DescribeAsync(name, cancellationToken));

    public async Task<IReadOnlyList<IndexDescription>> ListAsync(CancellationToken cancellationToken)
    {
        string[] names = await _caller.Ask(
            null, _caller.Start(options.Deadline), (all, cancel) => all.Catalog.ListNames(cancel), cancellationToken);
        List<IndexDescription> indexes = new(names.Length);
        foreach (string[] some in names.Chunk(DescribedAtOnce))
        {
            foreach (var index in await Task.WhenAll(some.Select(name => DescribeOrNull(name, cancellationToken))))
            {
                if (index is not null)
                    indexes.Add(index);
            }
        }

        return indexes;
    }

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
        return Change(name, (index, cancel) => index.RenameIndex(newName, cancel), cancellationToken);
    }

    public Task DropAsync(string name, CancellationToken cancellationToken)
    {
        IndexName.Check(name);
        return Change(name, Drop, cancellationToken);

        static async Task<bool> Drop(IIndexGrain index, CancellationToken cancel)
        {
            await index.DropIndex(cancel);
            return true;
        }
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

    // A name stands in the catalog before its index is made and after it is gone.
    private async Task<IndexDescription?> DescribeOrNull(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await DescribeAsync(name, cancellationToken);
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.IndexNotFound)
        {
            return null;
        }
    }

    private Task<T> Change<T>(string name, Func<IIndexGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _caller.Change(name, _caller.Start(options.Deadline), (all, cancel) => call(all.Index(name), cancel), cancellationToken);
}
