namespace IqdbFlat.Engine.Columns;

/// <summary>The values of an In leaf as a set, so that a thousand of them cost one look-up for each distinct value of a column.</summary>
/// <remarks>
/// The set compares kinds and bits. What a filter means by equal differs in two points: NaN equals nothing, so it is left out, and
/// -0.0 equals 0.0, so both are looked up as 0.0.
/// </remarks>
internal sealed class InValues
{
    private readonly HashSet<MetadataValue> _values;

    public InValues(InFilter leaf)
    {
        _values = new HashSet<MetadataValue>(leaf.Values.Count);
        for (int i = 0; i < leaf.Values.Count; i++)
        {
            if (!IsNaN(leaf.Values[i]))
                _values.Add(Canonical(leaf.Values[i]));
        }
    }

    /// <summary>The values, as they are looked up.</summary>
    public IReadOnlyCollection<MetadataValue> Values => _values;

    /// <summary>Whether a value that a row has equals one of the leaf's.</summary>
    public bool Contains(in MetadataValue present) => _values.Contains(Canonical(present));

    private static bool IsNaN(in MetadataValue value) => value.Kind == MetadataKind.Float && double.IsNaN(value.AsFloat);

    private static MetadataValue Canonical(in MetadataValue value) =>
        value.Kind == MetadataKind.Float && value.AsFloat == 0 ? MetadataValue.FromFloat(0.0) : value;
}
