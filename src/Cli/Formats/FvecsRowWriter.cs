using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>Writes the vectors of rows as .fvecs, in order. The format has no place for ids and metadata: they are left out.</summary>
internal sealed class FvecsRowWriter(string path, int dimension) : RowWriter(path, dimension)
{
    /// <inheritdoc/>
    protected override void WriteRow(in Row row) => VecsWriter<float>.Write(Output, row.Vector.Span);

    /// <inheritdoc/>
    protected override void Finish()
    {
    }
}
