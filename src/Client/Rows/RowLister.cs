using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Listing;

namespace IqdbFlat.Client.Rows;

/// <summary>The ordered lists and counts of one handle.</summary>
internal sealed class RowLister(ClusterCaller caller, IndexDescription description, SeenPositions seen)
{
    public async Task<long> Count(Filter? filter, CallDeadline deadline, CancellationToken cancellationToken)
    {
        FilterLimits.Check(filter);
        var count = await caller.Read(
            description.Name,
            deadline,
            (coordinator, remaining, cancel) => coordinator.CountRows(
                new() { Index = description.Name, Incarnation = description.Incarnation, Filter = filter, Seen = seen.Current, Deadline = remaining }, cancel),
            cancellationToken);
        return count.Rows;
    }

    public async Task<RowPage> Page(ListOptions options, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var (order, after) = ListCheck.Options(options, description.Incarnation);
        for (int skip = options.Skip; skip > 0;)
        {
            var passed = await Ask(options, order, after, Math.Min(skip, ListOptions.MaxLimit), withVectors: false, deadline, cancellationToken);
            if (passed.Rows.Sequences.Count > 0)
                after = RankOf(order, passed, passed.Rows.Sequences.Count - 1);
            skip -= passed.Rows.Sequences.Count;
            if (!passed.More)
                return new() { Rows = [], Cursor = null };
        }

        var page = await Ask(options, order, after, options.Limit, options.IncludeVectors, deadline, cancellationToken);
        var rows = new StoredRow[page.Rows.Sequences.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = RowAt(page.Rows, i, options.IncludeVectors);
        string? cursor = page.More ? ListCursor.Write(description.Incarnation, order, options.Filter, RankOf(order, page, rows.Length - 1)) : null;
        return new() { Rows = rows, Cursor = cursor };
    }

    /// <summary>The rows of all pages; each page is a call of its own, with a deadline of its own.</summary>
    public static async IAsyncEnumerable<StoredRow> Scroll(
        ListOptions options, Func<ListOptions, CancellationToken, Task<RowPage>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? cursor = options.Cursor; ;)
        {
            var page = await list(options, cancellationToken);
            foreach (var row in page.Rows)
                yield return row;
            cursor = page.Cursor;
            if (cursor is null)
                yield break;
            options = options with { Cursor = cursor, Skip = 0 };
        }
    }

    private async Task<Page> Ask(
        ListOptions options, RowOrder order, RowRank? after, int limit, bool withVectors, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var page = await caller.Read(
            description.Name,
            deadline,
            (coordinator, remaining, cancel) => coordinator.ListRows(
                new()
                {
                    Index = description.Name,
                    Incarnation = description.Incarnation,
                    Filter = options.Filter,
                    OrderFields = [.. order.Fields.Select(field => field.Field)],
                    Descending = [.. Enumerable.Range(0, order.Fields.Count).Where(place => order.Fields[place].Descending)],
                    AfterSequence = after?.Sequence ?? 0,
                    After = after is { } last ? new([order.MetadataOf(last)]) : default,
                    Limit = limit,
                    WithVectors = withVectors,
                    Seen = seen.Current,
                    Deadline = remaining,
                },
                cancel),
            cancellationToken);
        return page.More && page.Rows.Sequences.Count == 0
            ? throw FlatIndexException.Unavailable("the cluster answered a page without rows, and says that more follow")
            : page;
    }

    private static RowRank RankOf(RowOrder order, Page page, int row) => order.RankOf(page.Rows.Rows.MetadataAt(row) ?? Metadata.Empty, page.Rows.Sequences[row]);

    private StoredRow RowAt(StoredRowBlock block, int row, bool withVector) => new(
        block.Rows.Ids.Values[row],
        withVector ? block.Rows.VectorAt(row, description.Settings.Dimension) : ReadOnlyMemory<float>.Empty,
        block.Rows.MetadataAt(row) ?? Metadata.Empty,
        block.Sequences[row]);
}
