using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine;

public sealed partial class FlatIndex
{
    /// <summary>Inserts a row. The vector is copied.</summary>
    /// <param name="id">The row's identity.</param>
    /// <param name="vector">As many finite floats as the index has dimensions.</param>
    /// <param name="metadata">Metadata, or null for none.</param>
    /// <exception cref="FlatIndexException">
    /// In this order: <see cref="FlatErrorKind.InvalidConfig"/> (id), <see cref="FlatErrorKind.DimensionMismatch"/>, <see cref="FlatErrorKind.InvalidVector"/>,
    /// <see cref="FlatErrorKind.ResourceLimitExceeded"/> (metadata), <see cref="FlatErrorKind.Duplicate"/>.
    /// </exception>
    public void Insert(RowId id, ReadOnlySpan<float> vector, Metadata? metadata = null)
    {
        RowCheck.Check(id, vector, metadata, Dimension, Parts);
        using var writer = _store.BeginWrite();
        InsertNew(writer, id, vector, metadata, _lastSequence + 1);
        writer.Publish();
        _lastSequence++;
    }

    /// <summary>Inserts a row, or replaces the one that has its id; either way the row is the latest in the order of insertion.</summary>
    /// <returns>Whether a row was replaced.</returns>
    /// <exception cref="FlatIndexException">As <see cref="Insert"/>, without Duplicate.</exception>
    public bool Upsert(RowId id, ReadOnlySpan<float> vector, Metadata? metadata = null)
    {
        RowCheck.Check(id, vector, metadata, Dimension, Parts);
        using var writer = _store.BeginWrite();
        bool replaced = writer.Put(id, _lastSequence + 1, vector, metadata);
        writer.Publish();
        _lastSequence++;
        return replaced;
    }

    /// <summary>Inserts rows in order, up to the first bad one. Searches see all of them at once.</summary>
    /// <exception cref="FlatIndexException">
    /// What was wrong with the first bad item; <see cref="FlatError.Item"/> says which. The items before it are in, it and those after it
    /// are not (<see cref="FlatError.NotApplied"/>).
    /// </exception>
    public void InsertBatch(IReadOnlyList<Row> rows) => WriteBatch(
        rows, static (writer, row, sequence) => InsertNew(writer, row.Id, row.Vector.Span, row.Metadata, sequence));

    /// <summary>Upserts rows in order, up to the first bad one; a repeated id takes its last value. Searches see all of them at once.</summary>
    /// <exception cref="FlatIndexException">As <see cref="InsertBatch"/>; no item can be a duplicate.</exception>
    public void UpsertBatch(IReadOnlyList<Row> rows) => WriteBatch(
        rows, static (writer, row, sequence) => writer.Put(row.Id, sequence, row.Vector.Span, row.Metadata));

    /// <summary>Replaces a row's metadata; null removes it. The row keeps its vector and its place in the order of insertion.</summary>
    /// <exception cref="FlatIndexException">
    /// In this order: <see cref="FlatErrorKind.InvalidConfig"/> (id), <see cref="FlatErrorKind.ResourceLimitExceeded"/> (metadata),
    /// <see cref="FlatErrorKind.NotFound"/>.
    /// </exception>
    public void UpdateMetadata(RowId id, Metadata? metadata)
    {
        RowIdLimits.Check(id);
        MetadataLimits.Check(metadata);
        using var writer = _store.BeginWrite();
        if (!writer.UpdateMetadata(id, metadata))
            throw FlatIndexException.NotFound(id);
        writer.Publish();
    }

    /// <summary>Removes a row.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> (id), then <see cref="FlatErrorKind.NotFound"/>.</exception>
    public void Delete(RowId id)
    {
        RowIdLimits.Check(id);
        using var writer = _store.BeginWrite();
        if (!writer.Remove(id))
            throw FlatIndexException.NotFound(id);
        writer.Publish();
    }

    /// <summary>Removes the rows of these ids, those that are there. Searches see all of it at once.</summary>
    /// <returns>The rows removed; a repeated id counts once.</returns>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: an id that no index accepts; nothing is removed then.</exception>
    public int DeleteBatch(IReadOnlyList<RowId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        for (int item = 0; item < ids.Count; item++)
        {
            try
            {
                RowIdLimits.Check(ids[item]);
            }
            catch (FlatIndexException error)
            {
                throw Stopped(error, item: item, firstNotApplied: 0, ids.Count);
            }
        }

        using var writer = _store.BeginWrite();
        int removed = 0;
        for (int item = 0; item < ids.Count; item++)
            removed += writer.Remove(ids[item]) ? 1 : 0;
        writer.Publish();
        return removed;
    }

    /// <summary>Removes every row and keeps the index. The order of insertion goes on where it was.</summary>
    public void Clear() => _store.Clear();

    private static void InsertNew(RowWriter writer, in RowId id, ReadOnlySpan<float> vector, Metadata? metadata, ulong sequence)
    {
        if (writer.TryFind(id, out _))
            throw FlatIndexException.Duplicate(id);
        writer.Put(id, sequence, vector, metadata);
    }

    private void WriteBatch(IReadOnlyList<Row> rows, Action<RowWriter, Row, ulong> write)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var writer = _store.BeginWrite();
        FlatIndexException? stopped = null;
        int item = 0;
        for (; item < rows.Count && stopped is null; item++)
        {
            var row = rows[item];
            try
            {
                RowCheck.Check(row.Id, row.Vector.Span, row.Metadata, Dimension, Parts);
                write(writer, row, _lastSequence + (ulong)item + 1);
            }
            catch (FlatIndexException error)
            {
                stopped = Stopped(error, item, firstNotApplied: item, rows.Count);
            }
        }

        writer.Publish();
        _lastSequence += (ulong)(stopped is null ? item : item - 1);
        if (stopped is not null)
            throw stopped;
    }

    private static FlatIndexException Stopped(FlatIndexException error, int item, int firstNotApplied, int count) =>
        new(error.Error with { Item = item, NotApplied = [.. Enumerable.Range(firstNotApplied, count - firstNotApplied)] }, error);
}
