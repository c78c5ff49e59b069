using System.Diagnostics.CodeAnalysis;
using IqdbFlat.VectorData.Keys;
using IqdbFlat.VectorData.Values;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData.Model;

/// <summary>Says what a model may have here: any number of vectors, none included, the key types of <see cref="KeyCodec"/> and the data types of <see cref="DataCodec"/>.</summary>
internal sealed class RecordModelBuilder() : CollectionModelBuilder(
    new CollectionModelBuildingOptions { SupportsMultipleVectors = true, RequiresAtLeastOneVector = false })
{
    private static readonly string[] IndexKinds =
    [
        IndexKind.Flat, IndexKind.Hnsw, IndexKind.IvfFlat, IndexKind.DiskAnn, IndexKind.QuantizedFlat, IndexKind.Dynamic,
    ];

    protected override bool SupportsKeyAutoGeneration(Type keyPropertyType) => KeyGenerator.Supports(keyPropertyType);

    protected override void ValidateKeyProperty(KeyPropertyModel keyProperty)
    {
        base.ValidateKeyProperty(keyProperty);
        if (!KeyCodec.Supports(keyProperty.Type))
        {
            throw new NotSupportedException(
                $"Property '{keyProperty.ModelName}' has unsupported type '{keyProperty.Type.Name}'. Key properties must be one of the supported types: {KeyCodec.SupportedTypes}.");
        }
    }

    protected override void ValidateProperty(PropertyModel propertyModel, VectorStoreCollectionDefinition? definition)
    {
        base.ValidateProperty(propertyModel, definition);
        if (propertyModel is not VectorPropertyModel vector)
            return;
        DistanceFunctions.MetricOf(vector);
        // What an index of that kind finds, at best, is what the full scan finds: so every kind that is one is taken.
        if (vector.IndexKind is not null && !IndexKinds.Contains(vector.IndexKind))
        {
            throw new NotSupportedException(
                $"Vector property '{vector.ModelName}' has unsupported index kind '{vector.IndexKind}'. The supported index kinds are: {string.Join(", ", IndexKinds)}.");
        }
    }

    protected override bool IsDataPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = DataCodec.SupportedTypes;
        return DataCodec.Find(type) is not null;
    }

    protected override bool IsVectorPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = VectorValues.SupportedTypes;
        return VectorValues.Supports(type);
    }
}
