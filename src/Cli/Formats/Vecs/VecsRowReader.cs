using System.Runtime.InteropServices;
using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Vecs;

/// <summary>Rows of a .fvecs, .ivecs or .bvecs file: every record has the first one's dimension, and the id is the row's number.</summary>
/// <typeparam name="T">The values of the file: <see cref="float"/>, <see cref="int"/> or <see cref="byte"/>.</typeparam>
internal sealed class VecsRowReader<T> : RowReader
    where T : unmanaged
{
    private readonly VecsReader<T> _records;
    private readonly ElementType _type;
    private readonly float[] _vector = [];

    /// <summary>Reads a stream.</summary>
    public VecsRowReader(Stream stream, string name)
    {
        // Values have this machine's order of bytes once they are read.
        _type = new(
            default(T) switch { float => ElementKind.Float32, int => ElementKind.Int32, _ => ElementKind.UInt8 }, BigEndian: !BitConverter.IsLittleEndian);
        _records = new(stream, name);
        if (_records.NextCount < 0)
            return;
        if (_records.NextCount == 0)
        {
            _records.Dispose();
            throw FileProblem.Corrupt(name, 0, "expected a dimension of at least 1, found 0");
        }

        Dimension = _records.NextCount;
        _vector = new float[_records.NextCount];
    }

    /// <inheritdoc/>
    public override int? Dimension { get; }

    /// <inheritdoc/>
    public override long? RowCount => Dimension is { } dimension ? _records.Length / (4L + ((long)_type.Bytes * dimension)) : 0;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        int found = _records.NextCount;
        if (found >= 0 && found != Dimension)
            throw FileProblem.Dimension(_records.Name, RowsRead, Dimension!.Value, found);
        if (!_records.Read())
            return false;
        var bytes = MemoryMarshal.AsBytes(_records.Values.Span);
        int bad = _type.Decode(bytes, _vector);
        if (bad >= 0)
            throw FileProblem.BadComponent(_records.Name, RowsRead, bad, _type, bytes);
        Id = (ulong)RowsRead;
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long rows) => Dimension is { } dimension ? _records.Skip(rows, dimension) : 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _records.Dispose();
}
