using System.Globalization;
using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// Writes rows to a file that appears whole or not at all: rows go to a temporary file beside it, and <see cref="Complete"/> renames that.
/// Disposing without completing leaves what was there before.
/// </summary>
internal abstract class RowWriter : IDisposable
{
    private readonly AtomicFile _file;
    private readonly int _dimension;

    /// <summary>Begins a file of rows with <paramref name="dimension"/> components.</summary>
    protected RowWriter(string path, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, Limits.Dimension);
        _dimension = dimension;
        _file = new(path);
    }

    /// <summary>Rows written so far.</summary>
    public long RowsWritten { get; private set; }

    /// <summary>The components of every row.</summary>
    protected int Dimension => _dimension;

    /// <summary>The name that errors carry.</summary>
    protected string Name => _file.Path;

    /// <summary>Where the bytes go.</summary>
    protected Stream Output => _file.Stream;

    /// <summary>Writes one row. A vector of another length: <see cref="FlatErrorKind.DimensionMismatch"/>.</summary>
    public void Write(in Row row)
    {
        if (row.Vector.Length != _dimension)
            throw FileProblem.Dimension(_file.Path, RowsWritten, _dimension, row.Vector.Length);
        WriteRow(row);
        RowsWritten++;
    }

    /// <summary>Makes the file appear under its name, flushed to the disk.</summary>
    public void Complete()
    {
        Finish();
        _file.Commit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A row's components as bytes of a type.</summary>
    /// <exception cref="FlatIndexException">A component that the type cannot hold exactly, with the row and the place.</exception>
    protected void Encode(ElementType type, in Row row, Span<byte> bytes)
    {
        int bad = type.Encode(row.Vector.Span, bytes);
        if (bad >= 0)
        {
            throw FileProblem.BadRow(
                Name, RowsWritten, string.Create(CultureInfo.InvariantCulture, $"component {bad} is {FloatText.Of(row.Vector.Span[bad])}, expected {type.Expected}"));
        }
    }

    /// <summary>Writes one checked row.</summary>
    protected abstract void WriteRow(in Row row);

    /// <summary>Writes what belongs after the last row.</summary>
    protected abstract void Finish();

    /// <summary>Drops the temporary file unless it was completed.</summary>
    protected virtual void Dispose(bool disposing) => _file.Dispose();
}
