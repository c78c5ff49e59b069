using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Vecs;

/// <summary>
/// Writes the vectors of rows as .fvecs, .ivecs or .bvecs, in order. The formats have no place for ids and metadata: they are left out. A component
/// that the type cannot hold exactly is an error.
/// </summary>
internal sealed class VecsRowWriter(string path, int dimension, ElementType type) : RowWriter(path, dimension)
{
    private readonly byte[] _bytes = new byte[dimension * type.Bytes];

    /// <inheritdoc/>
    protected override void WriteRow(in Row row)
    {
        Encode(type, row, _bytes);
        LittleEndianBlock.Write(Output, [Dimension]);
        Output.Write(_bytes);
    }

    /// <inheritdoc/>
    protected override void Finish()
    {
    }
}
