using System.Diagnostics.CodeAnalysis;
using IqdbFlat.Client;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Embedded;
using IqdbFlat.VectorData.Model;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData;

/// <summary>A collection of records. Searches are exact: the true nearest records that match, ties in the order of insertion. Thread-safe.</summary>
/// <typeparam name="TKey">The type of keys: int, long, ulong, string or Guid.</typeparam>
/// <typeparam name="TRecord">The type of records.</typeparam>
public partial class IqdbFlatCollection<TKey, TRecord> : VectorStoreCollection<TKey, TRecord>, IKeywordHybridSearchable<TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly IStoreBackend _store;
    private readonly ICollectionBackend _rows;
    private readonly RecordModel _model;
    private readonly RecordMapper<TRecord> _mapper;
    private readonly VectorDataErrors _errors;

    /// <summary>A collection in this process.</summary>
    /// <param name="database">Where it is kept. The collection does not dispose it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">Definition and embedding generator; null where the record type says it all.</param>
    [RequiresDynamicCode("Records are mapped by reflection. IqdbFlatDynamicCollection needs none.")]
    [RequiresUnreferencedCode("Records are mapped by reflection. IqdbFlatDynamicCollection needs none.")]
    public IqdbFlatCollection(IqdbFlatDatabase database, string name, IqdbFlatCollectionOptions? options = null)
        : this(new EmbeddedStore(database ?? throw new ArgumentNullException(nameof(database))), database.Name, name, options)
    {
    }

    /// <summary>A collection in a cluster.</summary>
    /// <param name="client">The cluster's client, which the collection does not dispose.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">Definition, embedding generator and shards; null where the record type says it all.</param>
    [RequiresDynamicCode("Records are mapped by reflection. IqdbFlatDynamicCollection needs none.")]
    [RequiresUnreferencedCode("Records are mapped by reflection. IqdbFlatDynamicCollection needs none.")]
    public IqdbFlatCollection(IFlatIndexClient client, string name, IqdbFlatCollectionOptions? options = null)
        : this(new Cluster.ClusterStore(client ?? throw new ArgumentNullException(nameof(client))), Cluster.ClusterStore.Name, name, options)
    {
    }

    internal IqdbFlatCollection(IStoreBackend store, string storeName, string name, IqdbFlatCollectionOptions? options)
        : this(store, storeName, name, options, static options => RecordModel.Of<TKey, TRecord>(options.Definition, options.EmbeddingGenerator))
    {
    }

    private protected IqdbFlatCollection(
        IStoreBackend store, string storeName, string name, IqdbFlatCollectionOptions? options, Func<IqdbFlatCollectionOptions, RecordModel> model)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _store = store;
        _model = model(options ?? new());
        _mapper = new(_model);
        _errors = new(storeName, name);
        _rows = _errors.Translate("GetCollection", () => store.Collection(name, _model.Shape, options?.Shards ?? IqdbFlatVectorStoreOptions.DefaultShards));
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) =>
        _errors.Translate("CollectionExists", _store.ExistsAsync(Name, cancellationToken));

    /// <inheritdoc/>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) =>
        _errors.Translate("EnsureCollectionExists", _rows.EnsureAsync(cancellationToken));

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        _errors.Translate("EnsureCollectionDeleted", _store.DropAsync(Name, cancellationToken));

    /// <summary>
    /// Hands out <see cref="VectorStoreCollectionMetadata"/>, the collection itself, and the <see cref="IqdbFlatDatabase"/> or <see cref="IFlatIndexClient"/> behind it.
    /// </summary>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(VectorStoreCollectionMetadata))
            return _errors.CollectionMetadata;
        return serviceType.IsInstanceOfType(this) ? this : _store.GetService(serviceType);
    }
}
