namespace IqdbFlat.Engine.Filters;

/// <summary>
/// What one leaf answers for a value that the row has. A row without the field fails every leaf; that is the caller's to decide.
/// </summary>
internal static class LeafPredicate
{
    /// <summary>Whether the value that is there passes the comparison.</summary>
    public static bool Compare(CompareFilter leaf, in MetadataValue present)
    {
        var expected = leaf.Value;
        return leaf.Operator switch
        {
            CompareOperator.Eq => Equal(present, expected),
            CompareOperator.Neq => !Equal(present, expected),
            _ => present.Kind == expected.Kind && present.Kind != MetadataKind.Array && Ordered(leaf.Operator, present, expected),
        };
    }

    /// <summary>Whether the value that is there equals one of the leaf's values.</summary>
    public static bool In(InFilter leaf, in MetadataValue present)
    {
        var values = leaf.Values;
        for (int i = 0; i < values.Count; i++)
        {
            if (Equal(present, values[i]))
                return true;
        }

        return false;
    }

    /// <summary>Whether the value that is there is an array with an element that equals the given value.</summary>
    public static bool Contains(in MetadataValue present, in MetadataValue value)
    {
        if (present.Kind != MetadataKind.Array)
            return false;
        foreach (ref readonly var element in present.Elements)
        {
            if (Equal(element, value))
                return true;
        }

        return false;
    }

    /// <summary>Whether the value that is there is an array with an element that equals one of the given values.</summary>
    public static bool ContainsAny(in MetadataValue present, IReadOnlyList<MetadataValue> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (Contains(present, values[i]))
                return true;
        }

        return false;
    }

    /// <summary>Whether the value that is there is a string with the text where the leaf wants it.</summary>
    /// <remarks>
    /// Both are valid Unicode, so that comparing UTF-16 units is comparing UTF-8 bytes: a text begins and ends between code points, and is found
    /// between code points only.
    /// </remarks>
    public static bool HasText(TextFilter leaf, in MetadataValue present) => present.Kind == MetadataKind.String && leaf.Operator switch
    {
        TextOperator.StartsWith => present.AsString.StartsWith(leaf.Text, StringComparison.Ordinal),
        TextOperator.EndsWith => present.AsString.EndsWith(leaf.Text, StringComparison.Ordinal),
        _ => present.AsString.Contains(leaf.Text, StringComparison.Ordinal),
    };

    /// <summary>
    /// Equal as a filter means it: one kind and equal; floats as IEEE 754 says, so NaN equals nothing and -0.0 equals 0.0; instants as points in
    /// time; arrays element by element.
    /// </summary>
    public static bool Equal(in MetadataValue left, in MetadataValue right)
    {
        if (left.Kind != right.Kind)
            return false;
        return left.Kind switch
        {
            MetadataKind.Float => left.AsFloat == right.AsFloat,
            MetadataKind.Instant => left.InstantTicks == right.InstantTicks,
            MetadataKind.Array => EqualElements(left.Elements, right.Elements),
            _ => left.Equals(right),
        };
    }

    private static bool EqualElements(ReadOnlySpan<MetadataValue> left, ReadOnlySpan<MetadataValue> right)
    {
        if (left.Length != right.Length)
            return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (!Equal(left[i], right[i]))
                return false;
        }

        return true;
    }

    private static bool Ordered(CompareOperator op, in MetadataValue left, in MetadataValue right)
    {
        // Floats cannot go through a three-way comparison: a NaN is neither below, equal nor above.
        if (left.Kind == MetadataKind.Float)
            return OrderedFloats(op, left.AsFloat, right.AsFloat);
        int order = Order(left, right);
        return op switch
        {
            CompareOperator.Lt => order < 0,
            CompareOperator.Lte => order <= 0,
            CompareOperator.Gt => order > 0,
            _ => order >= 0,
        };
    }

    private static bool OrderedFloats(CompareOperator op, double left, double right) => op switch
    {
        CompareOperator.Lt => left < right,
        CompareOperator.Lte => left <= right,
        CompareOperator.Gt => left > right,
        _ => left >= right,
    };

    /// <summary>The order of two values of one kind that has one, floats apart.</summary>
    private static int Order(in MetadataValue left, in MetadataValue right) => left.Kind switch
    {
        MetadataKind.String => Utf8Order.Compare(left.AsString, right.AsString),
        MetadataKind.Int => left.AsInt.CompareTo(right.AsInt),
        MetadataKind.Bool => left.AsBool.CompareTo(right.AsBool),
        MetadataKind.Instant => left.InstantTicks.CompareTo(right.InstantTicks),
        _ => 0,
    };
}
