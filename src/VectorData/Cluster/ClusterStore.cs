using System.Runtime.CompilerServices;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Cluster;

/// <summary>Collections in a cluster: each is an index, whose name says which.</summary>
internal sealed class ClusterStore(IFlatIndexClient client) : IStoreBackend
{
    /// <summary>What metadata and errors call the store.</summary>
    public const string Name = "cluster";

    public ICollectionBackend Collection(string name, CollectionShape shape, int shards) => new ClusterCollection(client, name, new RowForm(shape), shards);

    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var index in await client.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (CollectionName.FromIndex(index.Name) is { } collection)
                yield return collection;
        }
    }

    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await client.DescribeAsync(CollectionName.ToIndex(name), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.IndexNotFound)
        {
            return false;
        }
    }

    public async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await client.DropAsync(CollectionName.ToIndex(name), cancellationToken).ConfigureAwait(false);
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.IndexNotFound)
        {
            // There is none, which is what was asked for.
        }
    }

    public object? GetService(Type serviceType) => serviceType.IsInstanceOfType(client) ? client : null;
}
