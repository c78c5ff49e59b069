using IqdbFlat.Client;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Embedded;
using IqdbFlat.VectorData.Model;

namespace IqdbFlat.VectorData;

/// <summary>A collection whose records are dictionaries; its definition says what is in them.</summary>
public sealed class IqdbFlatDynamicCollection : IqdbFlatCollection<object, Dictionary<string, object?>>
{
    /// <summary>A collection in this process.</summary>
    /// <param name="database">Where it is kept. The collection does not dispose it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">The definition, and an embedding generator.</param>
    public IqdbFlatDynamicCollection(IqdbFlatDatabase database, string name, IqdbFlatCollectionOptions options)
        : this(new EmbeddedStore(database ?? throw new ArgumentNullException(nameof(database))), database.Name, name, options)
    {
    }

    /// <summary>A collection in a cluster.</summary>
    /// <param name="client">The cluster's client, which the collection does not dispose.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">The definition, an embedding generator and shards.</param>
    public IqdbFlatDynamicCollection(IFlatIndexClient client, string name, IqdbFlatCollectionOptions options)
        : this(new Cluster.ClusterStore(client ?? throw new ArgumentNullException(nameof(client))), Cluster.ClusterStore.Name, name, options)
    {
    }

    internal IqdbFlatDynamicCollection(IStoreBackend store, string storeName, string name, IqdbFlatCollectionOptions? options)
        : base(store, storeName, name, options, static options => RecordModel.OfDynamic(options.Definition, options.EmbeddingGenerator))
    {
    }
}
