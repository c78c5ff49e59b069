using System.Linq.Expressions;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Values;

namespace IqdbFlat.VectorData.Filters;

/// <summary>The leaves that compare one property with a value as .NET compares them. A property that is null is a field that is not there.</summary>
internal static class FieldLeaves
{
    public static Filter True { get; } = Filter.And();

    public static Filter False { get; } = Filter.Or();

    /// <summary>Neq is false on a field that is not there, and nothing else equals null.</summary>
    public static Filter IsNotNull(string field) => Filter.Neq(field, MetadataValue.Null);

    public static Filter IsNull(string field) => Filter.Not(IsNotNull(field));

    /// <summary>A comparison with a value of the property's own type, not null. Arrays are compared as a whole.</summary>
    public static Filter Compare(ExpressionType comparison, string field, DataCodec codec, object value)
    {
        if (comparison == ExpressionType.NotEqual)
            return Filter.Not(Compare(ExpressionType.Equal, field, codec, value));
        if (codec.IsArray)
            return Filter.Eq(codec.FieldOfEqual(field), codec.EncodeEqual(value));
        var (low, high) = codec.Scalar.Bounds(value);
        return comparison switch
        {
            ExpressionType.Equal when codec.Scalar.IsUnique => Filter.Eq(field, low),
            ExpressionType.Equal => Filter.And(Filter.Gte(field, low), Filter.Lte(field, high)),
            ExpressionType.LessThan => Filter.Lt(field, low),
            ExpressionType.LessThanOrEqual => Filter.Lte(field, high),
            ExpressionType.GreaterThan => Filter.Gt(field, high),
            ExpressionType.GreaterThanOrEqual => Filter.Gte(field, low),
            _ => throw new NotSupportedException($"A filter has no comparison {comparison}."),
        };
    }

    /// <summary>The property, which is no array, is one of the values, none of which is null.</summary>
    public static Filter In(string field, DataCodec codec, IReadOnlyList<object> values)
    {
        if (!codec.Scalar.IsUnique)
            return Any([.. values.Select(value => Compare(ExpressionType.Equal, field, codec, value))]);
        return Any([.. values.Select(codec.Scalar.Encode).Distinct().Chunk(Limits.FilterInValues).Select(chunk => Filter.In(field, chunk))]);
    }

    /// <summary>An element of the property's array is one of the values; null is one where a null is among them.</summary>
    public static Filter ContainsAny(string field, DataCodec codec, IEnumerable<object?> values)
    {
        var stored = values.SelectMany(value => value is null ? [MetadataValue.Null] : codec.Scalar.Forms(value)).Distinct();
        return Any([.. stored.Chunk(Limits.FilterInValues).Select(chunk => Filter.ContainsAny(field, chunk))]);
    }

    public static Filter Any(IReadOnlyList<Filter> filters) => filters.Count == 1 ? filters[0] : Filter.Or(filters);
}
