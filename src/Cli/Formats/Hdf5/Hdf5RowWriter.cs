using IqdbFlat.Engine;
using PureHDF;
using PureHDF.Selections;

namespace IqdbFlat.Cli.Formats.Hdf5;

/// <summary>
/// Writes the vectors of rows as the array <c>train</c> of an HDF5 file, in order. The form has no place for ids and metadata here: they are left out. The
/// file says first how many rows there are, so rows gather in a temporary file until the last is known.
/// </summary>
internal sealed class Hdf5RowWriter : RowWriter
{
    private const int BlockBytes = 16 << 20;
    private readonly FileStream _rows;

    /// <summary>Begins a file.</summary>
    public Hdf5RowWriter(string path, int dimension)
        : base(path, dimension) => _rows = new(
            $"{path}.{Guid.NewGuid():N}.rows", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 20, FileOptions.DeleteOnClose);

    /// <inheritdoc/>
    protected override void WriteRow(in Row row) => LittleEndianBlock.Write(_rows, row.Vector.Span);

    /// <inheritdoc/>
    protected override void Finish()
    {
        if (RowsWritten == 0)
            throw FileProblem.Unsupported(Name, "expected at least one row: the array of an HDF5 file cannot be empty");
        var array = new H5Dataset<float[]>(fileDims: [(ulong)RowsWritten, (ulong)Dimension]);
        var file = new H5File { ["train"] = array };
        using var writer = file.BeginWrite(Output);
        _rows.Position = 0;
        long blockRows = Math.Max(1, BlockBytes / (Dimension * sizeof(float)));
        for (long first = 0; first < RowsWritten; first += blockRows)
        {
            long rows = Math.Min(blockRows, RowsWritten - first);
            var block = new float[rows * Dimension];
            LittleEndianBlock.Read<float>(_rows, block);
            writer.Write(array, block, fileSelection: new HyperslabSelection(rank: 2, starts: [(ulong)first, 0], blocks: [(ulong)rows, (ulong)Dimension]));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _rows.Dispose();
        base.Dispose(disposing);
    }
}
