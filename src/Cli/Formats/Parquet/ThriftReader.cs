using System.Buffers.Binary;

namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>
/// Reads the compact form of Thrift with distrust: every field that is named has the kind that it must have, every count is borne out by the bytes that are
/// left, and nothing nests deeper than a sound file does. <see cref="InvalidDataException"/> otherwise.
/// </summary>
/// <remarks>The form: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.</remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes that were read.</summary>
    public int Position { get; private set; }

    private readonly int Left => _bytes.Length - Position;

    /// <summary>Reads a struct: integers and bools as long, lists and structs as they are, and of bytes nothing but their number.</summary>
    public Dictionary<int, object> ReadStruct(ThriftType type) => ReadStruct(type, 0);

    private Dictionary<int, object> ReadStruct(ThriftType type, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException("it nests too deep");
        var fields = new Dictionary<int, object>();
        int id = 0;
        while (true)
        {
            int head = ReadByte();

            // The byte 0 and no other: with a step of the number the library takes it for a field, and reads on behind the end.
            if (head == 0)
                return fields;
            var kind = (ThriftKind)(head & 0xF);
            int step = head >> 4;
            long next = step == 0 ? ReadSigned() : id + step;
            if (next is < short.MinValue or > short.MaxValue)
                throw new InvalidDataException($"it has a field of number {next}");
            id = (int)next;
            var expected = type.Fields?.GetValueOrDefault(id);
            if (expected is not null && Plain(kind) != expected.Kind)
                throw new InvalidDataException($"its field {id} is of kind {kind}, expected {expected.Kind}");
            object value = kind is ThriftKind.True or ThriftKind.False ? (long)(kind == ThriftKind.True ? 1 : 0) : ReadValue(kind, expected, depth + 1);
            if (!fields.TryAdd(id, value))
                throw new InvalidDataException($"it has the field {id} twice");
        }
    }

    private object ReadValue(ThriftKind kind, ThriftType? expected, int depth)
    {
        switch (kind)
        {
            case ThriftKind.True or ThriftKind.False or ThriftKind.I8:
                return (long)(sbyte)ReadByte();
            case ThriftKind.I16:
                return Within(ReadSigned(), short.MinValue, short.MaxValue);
            case ThriftKind.I32:
                return Within(ReadSigned(), int.MinValue, int.MaxValue);
            case ThriftKind.I64:
                return ReadSigned();
            case ThriftKind.Double:
                return BinaryPrimitives.ReadInt64LittleEndian(Take(8));
            case ThriftKind.Binary:
                return (long)Take(Count(ReadUnsigned())).Length;
            case ThriftKind.List or ThriftKind.Set:
                return ReadList(expected?.Element, depth);
            case ThriftKind.Map:
                return ReadMap(depth);
            case ThriftKind.Struct:
                return ReadStruct(expected ?? ThriftType.AnyStruct, depth);
            default:
                throw new InvalidDataException($"it has a value of kind {(int)kind}, and there is none");
        }
    }

    private List<object> ReadList(ThriftType? expected, int depth)
    {
        int head = ReadByte();
        var kind = (ThriftKind)(head & 0xF);
        int count = Count(head >> 4 == 15 ? ReadUnsigned() : (ulong)(head >> 4));
        if (expected is not null && count > 0 && Plain(kind) != expected.Kind)
            throw new InvalidDataException($"it has a list of kind {kind}, expected {expected.Kind}");
        NoBool(kind);
        var values = new List<object>(Math.Min(count, 1_024));
        for (int i = 0; i < count; i++)
            values.Add(ReadValue(kind, expected, depth + 1));
        return values;
    }

    private List<object> ReadMap(int depth)
    {
        int count = Count(ReadUnsigned());
        int kinds = count == 0 ? 0 : ReadByte();
        NoBool((ThriftKind)(kinds >> 4));
        NoBool((ThriftKind)(kinds & 0xF));
        for (int i = 0; i < count; i++)
        {
            ReadValue((ThriftKind)(kinds >> 4), null, depth + 1);
            ReadValue((ThriftKind)(kinds & 0xF), null, depth + 1);
        }

        return [];
    }

    /// <summary>No value takes less than a byte, so there are no more of them than bytes left.</summary>
    private readonly int Count(ulong count) =>
        count <= (ulong)Left ? (int)count : throw new InvalidDataException($"it promises {count} values or bytes where {Left} bytes are left");

    /// <summary>No field of the format has bools within a list or a map; the library passes over them without reading them.</summary>
    private static void NoBool(ThriftKind kind)
    {
        if (Plain(kind) == ThriftKind.True)
            throw new InvalidDataException("it has bools in a list or a map, which no field of its form has");
    }

    private static ThriftKind Plain(ThriftKind kind) => kind == ThriftKind.False ? ThriftKind.True : kind;

    private static long Within(long value, long least, long most) =>
        value >= least && value <= most ? value : throw new InvalidDataException($"it has the number {value} where none beyond {most} fits");

    private int ReadByte() => Take(1)[0];

    private ulong ReadUnsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("it has a number of more than 64 bits");
    }

    private long ReadSigned()
    {
        ulong zigzag = ReadUnsigned();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
            throw new InvalidDataException("it ends in the middle of a value");
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}
