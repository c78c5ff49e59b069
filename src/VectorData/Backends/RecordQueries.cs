using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>A search: the k nearest rows by one column that match, after those that are passed over.</summary>
internal readonly record struct RecordSearch(int Column, ReadOnlyMemory<float> Query, int Skip, int K, Filter? Filter);

/// <summary>A retrieval: rows that match, in the order of fields and then of insertion.</summary>
internal readonly record struct RecordList(Filter? Filter, IReadOnlyList<FieldOrder> Order, int Skip, int Top, bool IncludeVectors)
{
    private const int PageRows = 8_192;

    /// <summary>The list of the index that this is, but for its end.</summary>
    public ListOptions ToOptions() => new()
    {
        Filter = Filter,
        OrderBy = Order,
        Skip = Skip,
        Limit = Math.Min(Top, PageRows),
        IncludeVectors = IncludeVectors,
    };
}
