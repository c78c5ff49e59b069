using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.Samples.MovedClient.Today;

/// <summary>Stands for the provider that a program has today: records in lists, compared one by one. Typed collections alone.</summary>
internal sealed class ListVectorStore : VectorStore
{
    private readonly Dictionary<string, IDisposable> _collections = [];

    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(string name, VectorStoreCollectionDefinition? definition = null)
    {
        if (!_collections.TryGetValue(name, out var collection))
            _collections[name] = collection = new ListCollection<TKey, TRecord>(name);
        return (VectorStoreCollection<TKey, TRecord>)collection;
    }

    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(string name, VectorStoreCollectionDefinition definition) =>
        throw new NotSupportedException("This store has typed collections alone.");

    public override async IAsyncEnumerable<string> ListCollectionNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (string name in _collections.Keys)
            yield return name;
    }

    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult(_collections.ContainsKey(name));

    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult(_collections.Remove(name));

    public override object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
}
