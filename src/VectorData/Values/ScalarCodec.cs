using IqdbFlat.Engine;
using IqdbFlat.VectorData.Model;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData.Values;

/// <summary>How values of one .NET type lie in metadata: nothing is lost, and what the type orders is ordered alike there.</summary>
internal abstract class ScalarCodec
{
    /// <summary>The .NET type, never a nullable one.</summary>
    public abstract Type Type { get; }

    public abstract MetadataValue Encode(object value);

    public abstract object Decode(in MetadataValue value);

    /// <summary>A reader of a property of this type, or of its nullable form, that is typed; null where there is none.</summary>
    public abstract PropertyReader<TRecord>? Reader<TRecord>(PropertyModel property)
        where TRecord : class;

    /// <summary>
    /// The least and the greatest stored form that is equal to the value in .NET. They differ where a type tells more apart than its equality does: 1.0 and 1.00
    /// as decimals, one instant in two offsets.
    /// </summary>
    public virtual (MetadataValue Low, MetadataValue High) Bounds(object value)
    {
        var stored = Encode(value);
        return (stored, stored);
    }

    /// <summary>Every stored form that is equal to the value in .NET.</summary>
    public virtual IEnumerable<MetadataValue> Forms(object value) => [Encode(value)];

    /// <summary>Whether every value has one stored form.</summary>
    public virtual bool IsUnique => true;
}

/// <summary>A type with one stored form for each value.</summary>
internal class ScalarCodec<T>(Func<T, MetadataValue> encode, Func<MetadataValue, T> decode) : ScalarCodec
    where T : notnull
{
    public override Type Type => typeof(T);

    protected Func<MetadataValue, T> Decoder => decode;

    public override MetadataValue Encode(object value) => encode((T)value);

    public override object Decode(in MetadataValue value) => decode(value);

    public override PropertyReader<TRecord>? Reader<TRecord>(PropertyModel property) =>
        PropertySetter.Of<TRecord, T>(property) is { } set ? new ScalarReader<TRecord, T>(property.StorageName, set, decode) : null;
}

/// <summary>The same for a type that has a nullable form.</summary>
internal class ValueCodec<T>(Func<T, MetadataValue> encode, Func<MetadataValue, T> decode) : ScalarCodec<T>(encode, decode)
    where T : struct
{
    public override PropertyReader<TRecord>? Reader<TRecord>(PropertyModel property) => PropertySetter.Of<TRecord, T?>(property) is { } set
        ? new ScalarReader<TRecord, T>(property.StorageName, (record, value) => set(record, value), Decoder)
        : base.Reader<TRecord>(property);
}

/// <summary>A type whose stored form is a text that begins alike for equal values; what follows it tells apart what .NET calls equal.</summary>
/// <param name="prefix">What equal values have alike.</param>
/// <param name="rest">What tells them apart.</param>
/// <param name="decode">The value of both.</param>
/// <param name="rests">Every rest that a value equal to a given one may have.</param>
internal sealed class PrefixCodec<T>(Func<T, string> prefix, Func<T, string> rest, Func<string, T> decode, Func<T, IEnumerable<string>> rests)
    : ValueCodec<T>(value => prefix(value) + rest(value), stored => decode(stored.AsString))
    where T : struct
{
    // Above and below every character of a rest; no prefix is the beginning of another.
    private const string Above = "\u007F";

    public override bool IsUnique => false;

    public override IEnumerable<MetadataValue> Forms(object value)
    {
        string begin = prefix((T)value);
        return rests((T)value).Select(end => (MetadataValue)(begin + end));
    }

    public override (MetadataValue Low, MetadataValue High) Bounds(object value)
    {
        string begin = prefix((T)value);
        return (begin, begin + Above);
    }
}
