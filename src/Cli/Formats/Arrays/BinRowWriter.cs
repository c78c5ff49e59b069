using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>
/// Writes the vectors of rows as .fbin, .ibin, .u8bin or .i8bin, in order. The formats have no place for ids and metadata: they are left out. A
/// component that the type cannot hold exactly is an error.
/// </summary>
internal sealed class BinRowWriter : RowWriter
{
    private readonly ElementType _type;
    private readonly byte[] _bytes;

    /// <summary>Begins a file.</summary>
    public BinRowWriter(string path, int dimension, ElementType type)
        : base(path, dimension)
    {
        _type = type;
        _bytes = new byte[dimension * type.Bytes];
        BinHeader.Write(Output, 0, dimension);
    }

    /// <inheritdoc/>
    protected override void WriteRow(in Row row)
    {
        if (RowsWritten == uint.MaxValue)
            throw FileProblem.BadRow(Name, RowsWritten, $"a file of this form has at most {uint.MaxValue} rows");
        Encode(_type, row, _bytes);
        Output.Write(_bytes);
    }

    /// <inheritdoc/>
    protected override void Finish()
    {
        Output.Position = 0;
        BinHeader.Write(Output, RowsWritten, Dimension);
    }
}
