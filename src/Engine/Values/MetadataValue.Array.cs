namespace IqdbFlat.Engine;

public readonly partial struct MetadataValue
{
    private const int ArrayBytes = 24;
    private const int ElementBytes = 24;
    private const int StringBytes = 22;

    /// <summary>
    /// An array of values of one kind (String, Int, Float, Bool or Instant) and nulls, in this order. Other kinds, or more than one:
    /// <see cref="ArgumentException"/>. How many elements an index takes is in <see cref="Limits.ArrayElements"/>.
    /// </summary>
    public static MetadataValue FromArray(params ReadOnlySpan<MetadataValue> elements) =>
        TryAdopt(elements.ToArray(), out string? reason) ?? throw new ArgumentException($"An array has {reason}.", nameof(elements));

    /// <summary>An array of these values; see <see cref="FromArray(ReadOnlySpan{MetadataValue})"/>.</summary>
    public static MetadataValue FromArray(IEnumerable<MetadataValue> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return TryAdopt([.. elements], out string? reason) ?? throw new ArgumentException($"An array has {reason}.", nameof(elements));
    }

    /// <summary>Takes elements that nobody else keeps, or gives null and the reason why they make no array.</summary>
    internal static MetadataValue? TryAdopt(MetadataValue[] elements, out string? reason)
    {
        var kind = MetadataKind.Null;
        foreach (ref readonly var element in elements.AsSpan())
        {
            if (element.Kind == MetadataKind.Null || element.Kind == kind)
                continue;
            reason = element.Kind == MetadataKind.Array
                ? "no array among its elements, found one"
                : $"elements of one kind, found {kind} and {element.Kind}";
            if (kind != MetadataKind.Null || element.Kind == MetadataKind.Array)
                return null;
            kind = element.Kind;
        }

        reason = null;
        return new(MetadataKind.Array, elements, 0);
    }

    /// <summary>The elements of an array, without a check of the kind.</summary>
    internal ReadOnlySpan<MetadataValue> Elements => (MetadataValue[])_reference!;

    /// <summary>The ticks of an instant in UTC, which are what comparisons look at.</summary>
    internal long InstantTicks => Expect(MetadataKind.Instant)._bits;

    /// <summary>Whether no value equals this one in a filter, itself included: a NaN, or an array with one.</summary>
    internal bool EqualsNothing
    {
        get
        {
            if (Kind != MetadataKind.Array)
                return Kind == MetadataKind.Float && double.IsNaN(AsFloat);
            foreach (ref readonly var element in Elements)
            {
                if (element.EqualsNothing)
                    return true;
            }

            return false;
        }
    }

    /// <summary>About how many bytes it keeps on the heap.</summary>
    internal long HeapBytes
    {
        get
        {
            if (Kind != MetadataKind.Array)
                return Kind == MetadataKind.String ? StringBytes + (2L * AsString.Length) : 0;
            long bytes = ArrayBytes;
            foreach (ref readonly var element in Elements)
                bytes += ElementBytes + element.HeapBytes;
            return bytes;
        }
    }
}
