using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>A search: the k nearest rows by one column that match.</summary>
internal readonly record struct RecordSearch(int Column, ReadOnlyMemory<float> Query, int K, Filter? Filter, bool IncludeVectors);

/// <summary>A row of a search's answer.</summary>
internal readonly record struct RecordHit(RecordRow Row, float Distance);

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
