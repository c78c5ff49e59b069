namespace IqdbFlat.Engine;

/// <summary>The comparison of a <see cref="CompareFilter"/>. The numbers are part of the wire form and never change.</summary>
public enum CompareOperator : byte
{
    /// <summary>Equal.</summary>
    Eq = 0,

    /// <summary>Not equal.</summary>
    Neq = 1,

    /// <summary>Below.</summary>
    Lt = 2,

    /// <summary>Below or equal.</summary>
    Lte = 3,

    /// <summary>Above.</summary>
    Gt = 4,

    /// <summary>Above or equal.</summary>
    Gte = 5,
}

/// <summary>A leaf that compares a field with one value.</summary>
public sealed class CompareFilter : Filter
{
    internal CompareFilter(CompareOperator op, string field, MetadataValue value)
    {
        ArgumentNullException.ThrowIfNull(field);
        Operator = op;
        Field = field;
        Value = value;
    }

    /// <summary>The comparison.</summary>
    public CompareOperator Operator { get; }

    /// <summary>The field's name.</summary>
    public string Field { get; }

    /// <summary>The value on the right.</summary>
    public MetadataValue Value { get; }
}

/// <summary>A leaf that asks whether a field equals one of several values.</summary>
public sealed class InFilter : Filter
{
    internal InFilter(string field, IReadOnlyList<MetadataValue> values)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(values);
        Field = field;
        Values = [.. values];
    }

    /// <summary>The field's name.</summary>
    public string Field { get; }

    /// <summary>The values, duplicates kept.</summary>
    public IReadOnlyList<MetadataValue> Values { get; }
}

/// <summary>Holds where all its filters hold.</summary>
public sealed class AndFilter : Filter
{
    internal AndFilter(IReadOnlyList<Filter> filters) => Filters = FilterList.Copy(filters);

    /// <summary>The filters.</summary>
    public IReadOnlyList<Filter> Filters { get; }
}

/// <summary>Holds where one of its filters holds.</summary>
public sealed class OrFilter : Filter
{
    internal OrFilter(IReadOnlyList<Filter> filters) => Filters = FilterList.Copy(filters);

    /// <summary>The filters.</summary>
    public IReadOnlyList<Filter> Filters { get; }
}

/// <summary>Holds where its filter does not.</summary>
public sealed class NotFilter : Filter
{
    internal NotFilter(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Inner = filter;
    }

    /// <summary>The filter that is turned round.</summary>
    public Filter Inner { get; }
}

internal static class FilterList
{
    public static Filter[] Copy(IReadOnlyList<Filter> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        Filter[] copy = [.. filters];
        foreach (var filter in copy)
            ArgumentNullException.ThrowIfNull(filter, nameof(filters));
        return copy;
    }
}
