using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>Collections in this process.</summary>
internal sealed class EmbeddedStore(IqdbFlatDatabase database) : IStoreBackend
{
    public ICollectionBackend Collection(string name, CollectionShape shape, int shards) => new EmbeddedCollection(database, name, shape);

    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) => database.CollectionNames.ToAsyncEnumerable();

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) => Task.FromResult(database.Find(name) is not null);

    public Task DropAsync(string name, CancellationToken cancellationToken)
    {
        database.Drop(name);
        return Task.CompletedTask;
    }

    public object? GetService(Type serviceType) => serviceType.IsInstanceOfType(database) ? database : null;
}
