namespace IqdbFlat.Engine.Segments;

/// <summary>
/// One batch of writes to a <see cref="RowStore"/>. Nothing is visible before <see cref="Publish"/>, all of it after; disposing an unpublished
/// writer takes everything back. It holds the store's write lock until then, and serves one thread at a time.
/// </summary>
public sealed class RowWriter : IDisposable
{
    private readonly RowStore _store;
    private bool _open = true;
    private bool _published;

    internal RowWriter(RowStore store) => _store = store;

    /// <summary>Live rows, this batch included.</summary>
    public int Count => Rows.LiveCount;

    private WritableRows Rows => _open && !_published
        ? _store.Rows
        : throw new InvalidOperationException("The writer has published its batch or was disposed.");

    /// <summary>
    /// Says that so many rows will come in all, so that room for them is made once. Nothing depends on whether they do. Of an empty store it gives their places, null where
    /// there are none: any thread may put vectors there.
    /// </summary>
    internal RowPlaces? Expect(int rows) => Rows.Expect(rows);

    /// <summary>Inserts rows whose vectors were put at their places, which must be the next ones, or replaces those that have their ids.</summary>
    internal void PutPlaced(int row, ReadOnlySpan<RowId> ids, ReadOnlySpan<ulong> sequences, ReadOnlySpan<Metadata> metadata) =>
        Rows.PutPlaced(row, ids, sequences, metadata);

    /// <summary>Whether the id has a live row, this batch included, and its sequence.</summary>
    public bool TryFind(in RowId id, out ulong sequence)
    {
        var rows = Rows;
        int row = rows.FindLive(id);
        sequence = row >= 0 ? rows.SequenceOf(row) : 0;
        return row >= 0;
    }

    /// <summary>Inserts a row, or replaces the one that has its id. The vector is copied.</summary>
    /// <returns>Whether a row was replaced.</returns>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.DimensionMismatch"/>; <see cref="FlatErrorKind.ResourceLimitExceeded"/> when row numbers run out.</exception>
    public bool Put(in RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata? metadata = null)
    {
        if (vector.Length != _store.Dimension)
            throw FlatIndexException.DimensionMismatch(_store.Dimension, vector.Length);
        return Rows.Put(id, sequence, vector, metadata ?? Metadata.Empty);
    }

    /// <summary>Replaces the metadata of a row, which keeps its sequence and vector.</summary>
    /// <returns>Whether the id has a row.</returns>
    public bool UpdateMetadata(in RowId id, Metadata? metadata)
    {
        var rows = Rows;
        int row = rows.FindLive(id);
        if (row < 0)
            return false;
        rows.Move(row, metadata ?? Metadata.Empty);
        return true;
    }

    /// <summary>Removes a row.</summary>
    /// <returns>Whether the id had one.</returns>
    public bool Remove(in RowId id)
    {
        var rows = Rows;
        int row = rows.FindLive(id);
        if (row < 0)
            return false;
        rows.Kill(row);
        return true;
    }

    /// <summary>Makes the whole batch visible with one reference swap. The writer takes no more afterwards.</summary>
    public void Publish()
    {
        if (Rows.IsTouched)
            _store.Publish();
        _published = true;
    }

    /// <summary>Takes back what was not published and lets the next writer in, who takes it back where memory ran out for this one.</summary>
    public void Dispose()
    {
        if (!_open)
            return;
        _open = false;
        try
        {
            if (!_published && _store.Rows.IsTouched)
            {
                _store.Rows.Revert(_store.Snapshot);
                _store.Publish();
            }
        }
        finally
        {
            _store.EndWrite();
        }
    }
}
