using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>A search: the k nearest rows by one column that match.</summary>
internal readonly record struct RecordSearch(int Column, ReadOnlyMemory<float> Query, int K, Filter? Filter, bool IncludeVectors);

/// <summary>A row of a search's answer.</summary>
internal readonly record struct RecordHit(RecordRow Row, float Distance);

/// <summary>One field to order by. Rows without the field come first, last where descending.</summary>
internal readonly record struct RecordOrder(string Field, bool Descending);

/// <summary>A retrieval: rows that match, in the order of fields and then of insertion.</summary>
internal readonly record struct RecordList(Filter? Filter, IReadOnlyList<RecordOrder> Order, int Skip, int Top, bool IncludeVectors);
