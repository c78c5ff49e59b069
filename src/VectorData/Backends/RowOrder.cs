using IqdbFlat.Engine;
using IqdbFlat.Engine.Filters;

namespace IqdbFlat.VectorData.Backends;

/// <summary>The order of a retrieval: by its fields, then by sequence. A field that is not there comes before all values; kinds come in the order of their numbers.</summary>
internal sealed class RowOrder(IReadOnlyList<RecordOrder> order) : IComparer<(Metadata Metadata, ulong Sequence)>
{
    public int Compare((Metadata Metadata, ulong Sequence) left, (Metadata Metadata, ulong Sequence) right)
    {
        foreach (var (field, descending) in order)
        {
            int comparison = Compare(ValueOf(left.Metadata, field), ValueOf(right.Metadata, field));
            if (comparison != 0)
                return descending ? -comparison : comparison;
        }

        return left.Sequence.CompareTo(right.Sequence);
    }

    private static MetadataValue ValueOf(Metadata metadata, string field) => metadata.TryGetValue(field, out var value) ? value : MetadataValue.Null;

    private static int Compare(in MetadataValue left, in MetadataValue right)
    {
        if (left.Kind != right.Kind)
            return left.Kind.CompareTo(right.Kind);
        return left.Kind switch
        {
            MetadataKind.Bool => left.AsBool.CompareTo(right.AsBool),
            MetadataKind.Int => left.AsInt.CompareTo(right.AsInt),
            MetadataKind.Float => left.AsFloat.CompareTo(right.AsFloat),
            MetadataKind.String => Utf8Order.Compare(left.AsString, right.AsString),
            MetadataKind.Instant => left.AsInstant.CompareTo(right.AsInstant),
            _ => 0,
        };
    }
}
