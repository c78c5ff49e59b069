using IqdbFlat.Engine.Listing;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine;

public sealed partial class FlatIndex
{
    /// <summary>The number of rows that meet a filter; null for all.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidFilter"/>: the filter is past a cap.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public long CountMatching(Filter? filter, CancellationToken cancellationToken = default)
    {
        FilterLimits.Check(filter);
        return new RowSelection(_store.Snapshot, filter, cancellationToken).Count();
    }

    /// <summary>Removes the rows that meet a filter. Searches see all of it at once; rows written before the call are looked at, those after it are not.</summary>
    /// <returns>The rows removed.</returns>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidFilter"/>: the filter is past a cap; nothing is removed then.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is removed.</exception>
    public int DeleteMatching(Filter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        FilterLimits.Check(filter);
        using var writer = _store.BeginWrite();
        var snapshot = _store.Snapshot;
        var rows = new RowSelection(snapshot, filter, cancellationToken).Rows(int.MaxValue);
        foreach (int row in rows)
            writer.Remove(snapshot.IdOf(row));
        writer.Publish();
        return rows.Count;
    }

    /// <summary>The rows of these ids, copied; an id that is not there has null in its place.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: an id that no index accepts.</exception>
    public IReadOnlyList<StoredRow?> GetBatch(IReadOnlyList<RowId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        foreach (var id in ids)
            RowIdLimits.Check(id);
        var snapshot = _store.Snapshot;
        var rows = new StoredRow?[ids.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = snapshot.TryFind(ids[i], out int row) ? snapshot.Read(row) : null;
        return rows;
    }

    /// <summary>A page of the rows that meet a filter, in the order of insertion or by fields, over the rows as they are now.</summary>
    /// <remarks>
    /// The cursor says where the last row stood, by the order's fields and by sequence. So a row that stays as it is comes once over all pages, whatever is written
    /// meanwhile: none is repeated, none left out. One that is replaced, or whose fields of the order change, stands elsewhere from then on, and comes where it stands when its page is read.
    /// </remarks>
    /// <exception cref="FlatIndexException">
    /// In this order: <see cref="FlatErrorKind.InvalidConfig"/> (limit, skip, order), <see cref="FlatErrorKind.InvalidFilter"/>, <see cref="FlatErrorKind.InvalidConfig"/> (a cursor of
    /// another list, or none at all).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public RowPage List(ListOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= ListOptions.Default;
        var (order, after) = ListCheck.Options(options, "");
        var snapshot = _store.Snapshot;
        int skip = options.Skip;
        while (skip > ListOptions.MaxLimit)
        {
            int[] passed = RowListing.After(snapshot, options.Filter, order, after, ListOptions.MaxLimit, cancellationToken);
            if (passed.Length < ListOptions.MaxLimit)
                return new() { Rows = [], Cursor = null };
            after = RankOf(snapshot, order, passed[^1]);
            skip -= passed.Length;
        }

        // What is left to pass over comes with the page, in one look at the rows; and one row more than the page has, to know whether the list goes on.
        int[] rows = RowListing.After(snapshot, options.Filter, order, after, skip + options.Limit + 1, cancellationToken);
        rows = rows[Math.Min(skip, rows.Length)..];
        bool more = rows.Length > options.Limit;
        if (more)
            rows = rows[..options.Limit];
        return new()
        {
            Rows = Array.ConvertAll(rows, row => options.IncludeVectors ? snapshot.Read(row) : snapshot.ReadWithoutVector(row)),
            Cursor = more ? ListCursor.Write("", order, options.Filter, RankOf(snapshot, order, rows[^1])) : null,
        };
    }

    private static RowRank RankOf(RowSnapshot snapshot, RowOrder order, int row) => order.RankOf(snapshot.MetadataOf(row), snapshot.SequenceOf(row));
}
