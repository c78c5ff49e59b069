namespace IqdbFlat.VectorData.Backends;

/// <summary>Where collections are kept.</summary>
internal interface IStoreBackend
{
    /// <summary>The collection of a name, whether it exists or not.</summary>
    ICollectionBackend Collection(string name, CollectionShape shape, int shards);

    IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken);

    Task<bool> ExistsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Removes a collection; nothing where there is none.</summary>
    Task DropAsync(string name, CancellationToken cancellationToken);

    /// <summary>What <c>GetService</c> of store and collection hands out beside themselves; null when there is nothing of the type.</summary>
    object? GetService(Type serviceType);
}
