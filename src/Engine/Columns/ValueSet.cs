namespace IqdbFlat.Engine.Columns;

/// <summary>The values of a leaf as a set, so that a thousand of them cost one look-up for each value that is asked about.</summary>
/// <remarks>
/// The set compares kinds and bits. What a filter means by equal differs: NaN and arrays with one equal nothing, so they are left out; -0.0 equals
/// 0.0 and instants have offsets, so both are looked up in one form.
/// </remarks>
internal sealed class ValueSet
{
    private readonly HashSet<MetadataValue> _values;

    public ValueSet(IReadOnlyList<MetadataValue> values)
    {
        _values = new HashSet<MetadataValue>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (!values[i].EqualsNothing)
                _values.Add(Canonical(values[i]));
        }
    }

    /// <summary>The values, as they are looked up.</summary>
    public IReadOnlyCollection<MetadataValue> Values => _values;

    /// <summary>Whether a value that a row has equals one of these.</summary>
    public bool Contains(in MetadataValue present) => _values.Contains(Canonical(present));

    /// <summary>Whether a value that a row has is an array with an element that equals one of these.</summary>
    public bool ContainsElementOf(in MetadataValue present)
    {
        if (present.Kind != MetadataKind.Array)
            return false;
        foreach (ref readonly var element in present.Elements)
        {
            if (Contains(element))
                return true;
        }

        return false;
    }

    private static MetadataValue Canonical(in MetadataValue value) => value.Kind switch
    {
        MetadataKind.Float when value.AsFloat == 0 => MetadataValue.FromFloat(0.0),
        MetadataKind.Instant => MetadataValue.FromInstant(value.AsInstant.ToUniversalTime()),
        MetadataKind.Array => CanonicalArray(value),
        _ => value,
    };

    private static MetadataValue CanonicalArray(in MetadataValue value)
    {
        MetadataValue[]? copy = null;
        for (int i = 0; i < value.Elements.Length; i++)
        {
            ref readonly var element = ref value.Elements[i];
            var canonical = Canonical(element);
            if (canonical != element)
                (copy ??= value.Elements.ToArray())[i] = canonical;
        }

        // Elements of one kind stay of one kind.
        return copy is null ? value : MetadataValue.TryAdopt(copy, out _)!.Value;
    }
}
