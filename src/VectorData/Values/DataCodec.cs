using System.Collections;
using System.Collections.Immutable;
using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Values;

/// <summary>How a data property lies in metadata: one value, or the values of an array or list. A null is not stored: a row without the field has null there.</summary>
internal sealed class DataCodec
{
    public const string SupportedTypes = $"{ScalarCodecs.SupportedTypes}, their nullable forms, and arrays and lists of them";

    // Below every letter, so that no one takes it for a name of his own.
    private const string EqualSuffix = "\u0001equal";

    private readonly Type? _list;
    private readonly Type _element;

    private DataCodec(ScalarCodec scalar, Type element, Type? list) => (Scalar, _element, _list) = (scalar, element, list);

    /// <summary>The stored form of the value, or of an element.</summary>
    public ScalarCodec Scalar { get; }

    /// <summary>Whether the property holds several values.</summary>
    public bool IsArray => _list is not null;

    /// <summary>The stored form of a property's type; null for a type that none is known of.</summary>
    public static DataCodec? Find(Type type)
    {
        if (ScalarCodecs.Find(type) is { } scalar)
            return new(scalar, type, list: null);
        var element = type.IsSZArray ? type.GetElementType()
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0] : null;
        return element is not null && ScalarCodecs.Find(element) is { } ofElement ? new(ofElement, element, type) : null;
    }

    /// <summary>Whether arrays that are equal may be stored in several ways. They have a second field, which is the same for all of them.</summary>
    public bool HasEqualForms => IsArray && !Scalar.IsUnique;

    /// <summary>The field by which an array is compared as a whole.</summary>
    public string FieldOfEqual(string storageName) => HasEqualForms ? storageName + EqualSuffix : storageName;

    public MetadataValue Encode(object value) => IsArray ? FromElements((IList)value, Scalar.Encode) : Scalar.Encode(value);

    /// <summary>The form of an array that all have that are equal to it.</summary>
    public MetadataValue EncodeEqual(object array) => FromElements((IList)array, element => Scalar.Bounds(element).Low);

    public object? Decode(in MetadataValue value)
    {
        if (value.Kind == MetadataKind.Null)
            return null;
        if (!IsArray)
            return Scalar.Decode(value);
        var elements = value.AsArray;
        var array = Array.CreateInstance(_element, elements.Length);
        for (int i = 0; i < elements.Length; i++)
            array.SetValue(elements[i].Kind == MetadataKind.Null ? null : Scalar.Decode(elements[i]), i);
        return _list!.IsSZArray ? array : Activator.CreateInstance(_list, array);
    }

    private static MetadataValue FromElements(IList list, Func<object, MetadataValue> encode)
    {
        var elements = ImmutableArray.CreateBuilder<MetadataValue>(list.Count);
        foreach (object? element in list)
            elements.Add(element is null ? MetadataValue.Null : encode(element));
        return MetadataValue.FromArray(elements.MoveToImmutable());
    }
}
