using IqdbFlat.Engine.Filters;

namespace IqdbFlat.Engine.Columns;

/// <summary>
/// An order of all values in which the values that a comparison accepts lie side by side: by kind; within a kind as filters compare; of floats
/// the NaNs last, since no comparison but Neq accepts one; of arrays the shorter first. Values that a filter takes for equal, such as -0.0 and 0.0, are
/// neighbours, in either order. Arrays with a NaN may be neighbours that are not equal; nothing that a filter can name equals them.
/// </summary>
internal sealed class ValueOrder : IComparer<MetadataValue>
{
    public static ValueOrder Instance { get; } = new();

    public int Compare(MetadataValue x, MetadataValue y) => Of(x, y);

    /// <summary>The order of two values.</summary>
    public static int Of(in MetadataValue left, in MetadataValue right)
    {
        if (left.Kind != right.Kind)
            return left.Kind.CompareTo(right.Kind);
        return left.Kind switch
        {
            MetadataKind.String => Utf8Order.Compare(left.AsString, right.AsString),
            MetadataKind.Int => left.AsInt.CompareTo(right.AsInt),
            MetadataKind.Bool => left.AsBool.CompareTo(right.AsBool),
            MetadataKind.Float => OfFloats(left.AsFloat, right.AsFloat),
            MetadataKind.Instant => left.InstantTicks.CompareTo(right.InstantTicks),
            MetadataKind.Array => OfArrays(left, right),
            _ => 0,
        };
    }

    private static int OfArrays(in MetadataValue left, in MetadataValue right)
    {
        int order = left.Elements.Length.CompareTo(right.Elements.Length);
        for (int i = 0; order == 0 && i < left.Elements.Length; i++)
            order = Of(left.Elements[i], right.Elements[i]);
        return order;
    }

    private static int OfFloats(double left, double right)
    {
        if (double.IsNaN(left) || double.IsNaN(right))
            return double.IsNaN(left).CompareTo(double.IsNaN(right));
        return left < right ? -1 : left > right ? 1 : 0;
    }
}
