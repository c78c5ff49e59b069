using System.Runtime.CompilerServices;
using IqdbFlat.VectorData.Backends;
using static IqdbFlat.VectorData.Embedded.EmbeddedCalls;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>Collections in this process.</summary>
internal sealed class EmbeddedStore(IqdbFlatDatabase database) : IStoreBackend
{
    public ICollectionBackend Collection(string name, CollectionShape shape, int shards) => new EmbeddedCollection(database, name, shape);

    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string name in await Run(() => database.CollectionNames, cancellationToken).ConfigureAwait(false))
            yield return name;
    }

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) => Run(() => database.Find(name) is not null, cancellationToken);

    public Task DropAsync(string name, CancellationToken cancellationToken) => Run(() => database.Drop(name), cancellationToken);

    public object? GetService(Type serviceType) => serviceType.IsInstanceOfType(database) ? database : null;
}
