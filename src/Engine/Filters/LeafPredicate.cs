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
            _ => present.Kind == expected.Kind && Ordered(leaf.Operator, present, expected),
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

    /// <summary>Equal as a filter means it: one kind and equal; floats as IEEE 754 says, so NaN equals nothing and -0.0 equals 0.0.</summary>
    public static bool Equal(in MetadataValue left, in MetadataValue right)
    {
        if (left.Kind != right.Kind)
            return false;
        return left.Kind == MetadataKind.Float ? left.AsFloat == right.AsFloat : left.Equals(right);
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

    /// <summary>The order of two values of one kind, floats apart.</summary>
    private static int Order(in MetadataValue left, in MetadataValue right) => left.Kind switch
    {
        MetadataKind.String => Utf8Order.Compare(left.AsString, right.AsString),
        MetadataKind.Int => left.AsInt.CompareTo(right.AsInt),
        MetadataKind.Bool => left.AsBool.CompareTo(right.AsBool),
        _ => 0,
    };
}
