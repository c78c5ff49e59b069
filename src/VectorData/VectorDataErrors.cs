using IqdbFlat.Engine;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData;

/// <summary>Errors of index, cluster and file as the abstraction wants them, with the names of system, store, collection and operation.</summary>
internal sealed class VectorDataErrors(string storeName, string? collectionName)
{
    public const string SystemName = "iqdbflat";

    public VectorStoreMetadata StoreMetadata { get; } = new() { VectorStoreSystemName = SystemName, VectorStoreName = storeName };

    public VectorStoreCollectionMetadata CollectionMetadata { get; } =
        new() { VectorStoreSystemName = SystemName, VectorStoreName = storeName, CollectionName = collectionName };

    public T Translate<T>(string operation, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (FlatIndexException error)
        {
            throw Translated(operation, error);
        }
    }

    public async Task<T> Translate<T>(string operation, Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (FlatIndexException error)
        {
            throw Translated(operation, error);
        }
    }

    public async Task Translate(string operation, Task call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (FlatIndexException error)
        {
            throw Translated(operation, error);
        }
    }

    public async IAsyncEnumerable<T> Translate<T>(string operation, IAsyncEnumerable<T> items)
    {
        await using var enumerator = items.GetAsyncEnumerator();
        while (await Translate(operation, enumerator.MoveNextAsync().AsTask()).ConfigureAwait(false))
            yield return enumerator.Current;
    }

    private VectorStoreException Translated(string operation, FlatIndexException error) => new(
        collectionName is null ? $"The operation {operation} of the vector store failed: {error.Message}" : $"The operation {operation} on the collection '{collectionName}' failed: {error.Message}",
        error)
    {
        VectorStoreSystemName = SystemName,
        VectorStoreName = storeName,
        CollectionName = collectionName,
        OperationName = operation,
    };
}
