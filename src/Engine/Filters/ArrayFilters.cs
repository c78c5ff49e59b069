namespace IqdbFlat.Engine;

/// <summary>A leaf that asks whether the array in a field has an element that equals a value.</summary>
public sealed class ContainsFilter : Filter
{
    internal ContainsFilter(string field, MetadataValue value)
    {
        ArgumentNullException.ThrowIfNull(field);
        Field = field;
        Value = value;
    }

    /// <summary>The field's name.</summary>
    public string Field { get; }

    /// <summary>The value that an element equals.</summary>
    public MetadataValue Value { get; }
}

/// <summary>A leaf that asks whether the array in a field has an element that equals one of several values.</summary>
public sealed class ContainsAnyFilter : Filter
{
    internal ContainsAnyFilter(string field, IReadOnlyList<MetadataValue> values)
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
