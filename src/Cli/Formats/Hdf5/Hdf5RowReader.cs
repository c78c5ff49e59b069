using System.Runtime.InteropServices;
using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;
using PureHDF;
using PureHDF.Selections;

namespace IqdbFlat.Cli.Formats.Hdf5;

/// <summary>
/// Rows of a two-dimensional array in an HDF5 file, a block at a time; the id is the row's number. Which array: the one named behind <c>#</c> in the file's
/// name, or <c>train</c> as in the files of ann-benchmarks, or the only one there is.
/// </summary>
internal sealed class Hdf5RowReader : RowReader
{
    private const int BlockBytes = 16 << 20;
    private const string UsualName = "train";
    private readonly string _name;
    private readonly Hdf5Source _file;
    private readonly IH5Dataset _array;
    private readonly ElementType _type;
    private readonly int _blockRows;
    private readonly float[] _vector;
    private byte[] _block = [];
    private long _blockStart;
    private long _blockEnd;

    /// <summary>Reads a stream that can seek.</summary>
    public Hdf5RowReader(Stream stream, string name, string? array)
    {
        _name = name;
        _file = new(stream, name);
        _array = Find(array);
        ulong[] shape = Guarded(() => _array.Space.Dimensions);
        if (shape is not [<= long.MaxValue, >= 1 and <= Limits.Dimension])
            throw FileProblem.Unsupported(name, $"expected an array of rows with 1 to {Limits.Dimension} components, found the shape ({string.Join(", ", shape)})");
        RowCount = (long)shape[0];
        Dimension = (int)shape[1];
        _type = Guarded(() => TypeOf(_array.Type));
        _blockRows = Math.Max(1, BlockBytes / (_type.Bytes * (int)shape[1]));
        _vector = new float[(int)shape[1]];
    }

    /// <summary>The bytes that such a file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <inheritdoc/>
    public override int? Dimension { get; }

    /// <inheritdoc/>
    public override long? RowCount { get; }

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        if (RowsRead == RowCount)
            return false;
        if (RowsRead < _blockStart || RowsRead >= _blockEnd)
            ReadBlock();
        int rowBytes = _type.Bytes * _vector.Length;
        var bytes = _block.AsSpan((int)(RowsRead - _blockStart) * rowBytes, rowBytes);
        int bad = _type.Decode(bytes, _vector);
        if (bad >= 0)
            throw FileProblem.BadComponent(_name, RowsRead, bad, _type, bytes);
        Id = (ulong)RowsRead;
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long rows) => Math.Min(rows, RowCount!.Value - RowsRead);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();

    private void ReadBlock()
    {
        int rows = (int)Math.Min(_blockRows, RowCount!.Value - RowsRead);
        var selection = new HyperslabSelection(rank: 2, starts: [(ulong)RowsRead, 0], blocks: [(ulong)rows, (ulong)_vector.Length]);
        _block = Guarded(() => _type.Kind switch
        {
            ElementKind.Float32 => Bytes<float>(selection),
            ElementKind.Float64 => Bytes<double>(selection),
            ElementKind.Float16 => Bytes<Half>(selection),
            ElementKind.Int8 => Bytes<sbyte>(selection),
            ElementKind.UInt8 => Bytes<byte>(selection),
            _ => Bytes<int>(selection),
        });
        (_blockStart, _blockEnd) = (RowsRead, RowsRead + rows);
    }

    private byte[] Bytes<T>(HyperslabSelection selection)
        where T : unmanaged =>
        MemoryMarshal.AsBytes<T>(_array.Read<T[]>(fileSelection: selection)).ToArray();

    private IH5Dataset Find(string? array)
    {
        var arrays = _file.Arrays();
        string all = arrays.Length == 0 ? "none" : string.Join(", ", arrays.Select(found => found.Name));
        if (array is not null)
            return _file.Find(array) ?? throw FileProblem.Unsupported(_name, $"expected an array named {array}, found {all}");
        return arrays.FirstOrDefault(found => found.Name == UsualName)
            ?? (arrays.Length == 1 ? arrays[0] : null)
            ?? throw FileProblem.Unsupported(_name, $"expected an array named {UsualName}, one array, or a name behind # as in file.hdf5#test, found {all}");
    }

    private ElementType TypeOf(IH5DataType type)
    {
        ElementKind? kind = (type.Class, type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 4) => ElementKind.Float32,
            (H5DataTypeClass.FloatingPoint, 8) => ElementKind.Float64,
            (H5DataTypeClass.FloatingPoint, 2) => ElementKind.Float16,
            (H5DataTypeClass.FixedPoint, 1) => type.FixedPoint.IsSigned ? ElementKind.Int8 : ElementKind.UInt8,
            (H5DataTypeClass.FixedPoint, 4) when type.FixedPoint.IsSigned => ElementKind.Int32,
            _ => null,
        };
        return kind is { } known
            ? new(known, BigEndian: !BitConverter.IsLittleEndian)
            : throw FileProblem.Unsupported(_name, $"expected floats of 16, 32 or 64 bits or integers of 8 or 32, found {type.Class} of {type.Size} bytes");
    }

    private T Guarded<T>(Func<T> read) => _file.Guarded(read, RowsRead == 0 ? null : RowsRead);
}
