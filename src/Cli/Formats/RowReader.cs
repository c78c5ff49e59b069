using System.Runtime.CompilerServices;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// Rows of a file, one at a time, never whole in memory. <see cref="Read"/> moves to the next row; what the properties give is valid until
/// the next call. Not thread-safe.
/// </summary>
/// <remarks>
/// Every error is a <see cref="FlatIndexException"/> with one sentence that names the file, the row (counted from 0, as ordinal ids are)
/// and the reason. After an error the reader is at its end: the rows before it were good.
/// </remarks>
internal abstract class RowReader : IDisposable
{
    private bool _ended;

    /// <summary>The components of every row, 1 to 65,536; null when the source has no row to tell it from.</summary>
    public abstract int? Dimension { get; }

    /// <summary>The rows that the source promises; null when only reading tells.</summary>
    public abstract long? RowCount { get; }

    /// <summary>Rows passed so far: the number of the next row.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Whether the source has ids of its own. Otherwise a row's number is its id.</summary>
    public virtual bool HasOwnIds => false;

    /// <summary>The id of the current row.</summary>
    public RowId Id { get; protected set; }

    /// <summary>The vector of the current row, all finite; the memory is used again for the next row.</summary>
    public abstract ReadOnlyMemory<float> Vector { get; }

    /// <summary>The metadata of the current row.</summary>
    public Metadata Metadata { get; protected set; } = Metadata.Empty;

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Read()
    {
        if (_ended)
            return false;
        _ended = true;
        if (!ReadNext())
            return false;
        _ended = false;
        RowsRead++;
        return true;
    }

    /// <summary>Passes over rows without handing them out, for an ingest that goes on where it stopped. Stops early at the end.</summary>
    /// <returns>The rows passed.</returns>
    public long Skip(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        long skipped = SkipNext(rows);
        RowsRead += skipped;
        while (skipped < rows && Read())
            skipped++;
        return skipped;
    }

    /// <summary>The remaining rows with vectors of their own, for whoever keeps them.</summary>
    public IEnumerable<Row> ToRows()
    {
        while (Read())
            yield return new(Id, Vector.ToArray(), Metadata);
    }

    /// <summary>The same for whoever awaits rows; reading itself is synchronous.</summary>
    public async IAsyncEnumerable<Row> ToRowsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        while (Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(Id, Vector.ToArray(), Metadata);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads the row with number <see cref="RowsRead"/>; false at the end.</summary>
    protected abstract bool ReadNext();

    /// <summary>Seeks over rows where the source can; the rest is read and dropped.</summary>
    protected virtual long SkipNext(long rows) => 0;

    /// <summary>Closes the source.</summary>
    protected abstract void Dispose(bool disposing);
}
