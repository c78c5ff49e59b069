using IqdbFlat.Engine;
using IqdbFlat.VectorData.Values;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData.Model;

/// <summary>Sets one property of a record to what a row has. There is one for each property of a collection, made once.</summary>
internal abstract class PropertyReader<TRecord>
    where TRecord : class
{
    public abstract void Read(Metadata metadata, TRecord record);

    /// <summary>A reader that knows the property's type, so that nothing is boxed or reflected upon; or one that works for every property.</summary>
    public static PropertyReader<TRecord> Of(PropertyModel property, DataCodec codec) =>
        (codec.IsArray ? null : codec.Scalar.Reader<TRecord>(property)) ?? new ObjectReader(property, codec);

    private sealed class ObjectReader(PropertyModel property, DataCodec codec) : PropertyReader<TRecord>
    {
        public override void Read(Metadata metadata, TRecord record) =>
            property.SetValueAsObject(record, metadata.TryGetValue(property.StorageName, out var stored) ? codec.Decode(stored) : null);
    }
}

/// <summary>The reader of a property of one value, whose type is known. What is null in the row leaves the property as a new record has it.</summary>
internal sealed class ScalarReader<TRecord, T>(string field, Action<TRecord, T> set, Func<MetadataValue, T> decode) : PropertyReader<TRecord>
    where TRecord : class
{
    // Where the field stood in the last row. Rows of a collection mostly have the same fields, and a place that is wrong costs a search.
    private int _place;

    public override void Read(Metadata metadata, TRecord record)
    {
        if (TryGet(metadata, out var stored) && stored.Kind != MetadataKind.Null)
            set(record, decode(stored));
    }

    private bool TryGet(Metadata metadata, out MetadataValue value)
    {
        int place = _place;
        if (place < metadata.Count)
        {
            (string found, value) = metadata.At(place);
            if (found == field)
                return true;
        }

        return TryFind(metadata, out value);
    }

    private bool TryFind(Metadata metadata, out MetadataValue value)
    {
        for (int place = 0; place < metadata.Count; place++)
        {
            (string found, value) = metadata.At(place);
            int order = string.CompareOrdinal(found, field);
            if (order > 0)
                break;
            if (order == 0)
            {
                _place = place;
                return true;
            }
        }

        value = default;
        return false;
    }
}

/// <summary>Setters of properties as delegates.</summary>
internal static class PropertySetter
{
    /// <summary>The setter of a property of exactly this type; null where the record is a dictionary or the property is of another type.</summary>
    public static Action<TRecord, T>? Of<TRecord, T>(PropertyModel property)
        where TRecord : class => property.PropertyInfo is { } info && info.PropertyType == typeof(T) ? info.GetSetMethod(nonPublic: true)?.CreateDelegate<Action<TRecord, T>>() : null;
}
