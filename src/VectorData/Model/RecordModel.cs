using System.Collections.Frozen;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Values;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData.Model;

/// <summary>A model of the abstraction with what it is here: how each property is stored, and the shape of the collection.</summary>
internal sealed class RecordModel
{
    private readonly FrozenDictionary<PropertyModel, DataCodec> _codecs;

    private RecordModel(CollectionModel model)
    {
        Model = model;
        Key = model.KeyProperty;
        _codecs = model.DataProperties.Append<PropertyModel>(Key).ToFrozenDictionary(property => property, property => DataCodec.Find(property.Type)!);
        Shape = new([.. model.VectorProperties.Select(vector => new VectorColumn(vector.StorageName, vector.Dimensions, DistanceFunctions.MetricOf(vector)))]);
        FullText = [.. model.DataProperties.Where(data => data.IsFullTextIndexed)];
    }

    public CollectionModel Model { get; }

    public KeyPropertyModel Key { get; }

    public CollectionShape Shape { get; }

    /// <summary>Properties whose words are kept for keyword searches.</summary>
    public IReadOnlyList<DataPropertyModel> FullText { get; }

    public static RecordModel Of<TKey, TRecord>(VectorStoreCollectionDefinition? definition, IEmbeddingGenerator? generator)
        where TKey : notnull
        where TRecord : class
    {
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
            throw new NotSupportedException(VectorDataStrings.NonDynamicCollectionWithDictionaryNotSupported(typeof(IqdbFlatDynamicCollection)));
        return new(new RecordModelBuilder().Build(typeof(TRecord), typeof(TKey), definition, generator));
    }

    public static RecordModel OfDynamic(VectorStoreCollectionDefinition? definition, IEmbeddingGenerator? generator)
    {
        if (definition is null)
            throw new ArgumentException("A dynamic collection needs a definition: there is no type whose properties could say what a record is.", nameof(definition));
        return new(new RecordModelBuilder().BuildDynamic(definition, definition.EmbeddingGenerator ?? generator));
    }

    /// <summary>How the key or a data property is stored.</summary>
    public DataCodec CodecOf(PropertyModel property) => _codecs[property];

    /// <summary>Where a vector property stands in the shape.</summary>
    public int ColumnOf(VectorPropertyModel vector) => Model.VectorProperties.TakeWhile(other => other != vector).Count();
}
