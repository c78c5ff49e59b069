using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>A search: the k nearest rows by one column that match, after those that are passed over.</summary>
internal readonly record struct RecordSearch(int Column, ReadOnlyMemory<float> Query, int Skip, int K, Filter? Filter);

/// <summary>A retrieval: rows that match, in the order of fields and then of insertion.</summary>
internal readonly record struct RecordList(Filter? Filter, IReadOnlyList<FieldOrder> Order, int Skip, int Top, bool IncludeVectors)
{
    private const int PageRows = 8_192;

    /// <summary>The rows of all pages, each of which is read when it is needed.</summary>
    public async IAsyncEnumerable<RecordRow> ReadAsync(RowForm form, Func<ListOptions, Task<RowPage>> read)
    {
        var options = new ListOptions { Filter = Filter, OrderBy = Order, Skip = Skip, IncludeVectors = IncludeVectors };
        for (int left = Top; left > 0;)
        {
            var page = await read(options with { Limit = Math.Min(left, PageRows) }).ConfigureAwait(false);
            foreach (var row in page.Rows)
                yield return form.ToRecord(row, IncludeVectors);
            if (page.Cursor is null)
                break;
            left -= page.Rows.Count;
            options = options with { Cursor = page.Cursor, Skip = 0 };
        }
    }
}
