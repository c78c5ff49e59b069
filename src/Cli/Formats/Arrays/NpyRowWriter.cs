using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>
/// Writes the vectors of rows as .npy (version 1.0, 32-bit floats, C order), in order. The format has no place for ids and metadata: they are
/// left out.
/// </summary>
internal sealed class NpyRowWriter : RowWriter
{
    /// <summary>Begins a file.</summary>
    public NpyRowWriter(string path, int dimension)
        : base(path, dimension) => NpyHeader.Write(Output, 0, dimension);

    /// <inheritdoc/>
    protected override void WriteRow(in Row row) => LittleEndianBlock.Write(Output, row.Vector.Span);

    /// <inheritdoc/>
    protected override void Finish()
    {
        Output.Position = 0;
        NpyHeader.Write(Output, RowsWritten, Dimension);
    }
}
