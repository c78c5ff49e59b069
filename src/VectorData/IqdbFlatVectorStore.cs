using System.Diagnostics.CodeAnalysis;
using IqdbFlat.Client;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Embedded;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData;

/// <summary>
/// A vector store whose searches are exact: in this process, or over the silos of a cluster. Thread-safe.
/// </summary>
/// <remarks>What goes wrong in index, cluster or file is a <see cref="VectorStoreException"/> around the error, with the names of system, store, collection and operation.</remarks>
public sealed class IqdbFlatVectorStore : VectorStore
{
    private readonly IStoreBackend _backend;
    private readonly IqdbFlatDatabase? _owned;
    private readonly IEmbeddingGenerator? _generator;
    private readonly string _name;
    private readonly int _shards;
    private readonly VectorDataErrors _errors;

    /// <summary>A store in this process: in memory, with a file, or over a database that is shared.</summary>
    /// <param name="options">Null for a store in memory.</param>
    /// <exception cref="ArgumentException">A setting that is not accepted, or the mode Cluster, which needs a client.</exception>
    /// <exception cref="VectorStoreException">A file that cannot be opened, as <see cref="IqdbFlatDatabase.Open"/> says; the operation is <c>Open</c>.</exception>
    public IqdbFlatVectorStore(IqdbFlatVectorStoreOptions? options = null)
    {
        options = (options ?? new()).Checked();
        if (options.Mode == IqdbFlatStoreMode.Cluster)
            throw new ArgumentException("A store in a cluster is made with the cluster's client.", nameof(options));
        _owned = options.Database is null ? Database(options) : null;
        var database = options.Database ?? _owned!;
        (_backend, _name, _generator, _shards) = (new EmbeddedStore(database), database.Name, options.EmbeddingGenerator, options.Shards);
        _errors = new(_name, collectionName: null);
    }

    /// <summary>A store over the silos of a cluster.</summary>
    /// <param name="client">The client, which the store does not dispose.</param>
    /// <param name="options">Shards and embedding generator; null for the defaults.</param>
    /// <exception cref="ArgumentException">A setting that is not accepted.</exception>
    public IqdbFlatVectorStore(IFlatIndexClient client, IqdbFlatVectorStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        options = (options ?? new()).Checked();
        (_backend, _name, _generator, _shards) = (new Cluster.ClusterStore(client), Cluster.ClusterStore.Name, options.EmbeddingGenerator, options.Shards);
        _errors = new(_name, collectionName: null);
    }

    /// <inheritdoc/>
    [RequiresDynamicCode("Records are mapped by reflection. GetDynamicCollection needs none.")]
    [RequiresUnreferencedCode("Records are mapped by reflection. GetDynamicCollection needs none.")]
    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(string name, VectorStoreCollectionDefinition? definition = null)
    {
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
            throw new ArgumentException(VectorDataStrings.GetCollectionWithDictionaryNotSupported);
        return new IqdbFlatCollection<TKey, TRecord>(_backend, _name, name, OptionsOf(definition));
    }

    /// <inheritdoc/>
    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(string name, VectorStoreCollectionDefinition definition) =>
        new IqdbFlatDynamicCollection(_backend, _name, name, OptionsOf(definition));

    /// <inheritdoc/>
    public override IAsyncEnumerable<string> ListCollectionNamesAsync(CancellationToken cancellationToken = default) =>
        _errors.Translate("ListCollectionNames", _backend.ListAsync(cancellationToken));

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new VectorDataErrors(_name, name).Translate("CollectionExists", _backend.ExistsAsync(name, cancellationToken));
    }

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new VectorDataErrors(_name, name).Translate("EnsureCollectionDeleted", _backend.DropAsync(name, cancellationToken));
    }

    /// <summary>Hands out <see cref="VectorStoreMetadata"/>, the store itself, and the <see cref="IqdbFlatDatabase"/> or <see cref="IFlatIndexClient"/> behind it.</summary>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(VectorStoreMetadata))
            return _errors.StoreMetadata;
        return serviceType.IsInstanceOfType(this) ? this : _backend.GetService(serviceType);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _owned?.Dispose();
        base.Dispose(disposing);
    }

    internal static IqdbFlatDatabase Database(IqdbFlatVectorStoreOptions options) => options.Path is { } path
        ? new VectorDataErrors(Path.GetFullPath(path), collectionName: null).Translate("Open", () => IqdbFlatDatabase.Open(path, options.Threads))
        : new(options.Threads);

    private IqdbFlatCollectionOptions OptionsOf(VectorStoreCollectionDefinition? definition) =>
        new() { Definition = definition, EmbeddingGenerator = _generator, Shards = _shards };
}
