using System.Buffers;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// The numbers under which ids were removed lately, so that a write with a lower number that arrives after the removal does not
/// bring the row back. Bounded: the oldest removals are forgotten first, and the highest forgotten number stays as a floor, at or below
/// which no new row is taken, because nobody can tell any more whether it had been removed.
/// </summary>
/// <remarks>Its bytes: a version (2), the number of the last clearing and the floor (8 bytes each, little-endian), a count (varint), and for
/// each removal, oldest first, the id's binary form and the number (8 bytes). Version 1 had no floor.</remarks>
internal sealed class Removals
{
    /// <summary>Removals remembered, at most.</summary>
    public const int Capacity = 16_384;

    /// <summary>Bytes of them, at most: a checkpoint carries them, and is one record.</summary>
    public const long MaxBytes = 4L * 1024 * 1024;

    private const byte Version = 2;
    private const byte VersionWithoutFloor = 1;
    private readonly Dictionary<RowId, ulong> _numbers = [];
    private Queue<(RowId Id, ulong Number)> _order = [];
    private long _bytes;
    private ulong _clearedAt;

    /// <summary>The highest number of a removal that has been forgotten; 0 while none has.</summary>
    public ulong Floor { get; internal set; }

    /// <summary>The number of the newest remembered removal that concerns an id; 0 for none.</summary>
    public ulong NumberOf(in RowId id) => Math.Max(_clearedAt, _numbers.GetValueOrDefault(id));

    /// <summary>
    /// Whether a removal of an id under a higher number may have been forgotten. Not where a removal or clearing is remembered that is
    /// higher anyway, or one of this very id: its newest is forgotten last.
    /// </summary>
    public bool MayHaveForgotten(in RowId id, ulong number) => number <= Floor && number > _clearedAt && !_numbers.ContainsKey(id);

    /// <summary>Remembers the removal of a row.</summary>
    public void Add(RowId id, ulong number)
    {
        _numbers[id] = Math.Max(number, _numbers.GetValueOrDefault(id));
        _order.Enqueue((id, number));
        _bytes += SizeOf(id);
        while (_order.Count > Capacity || _bytes > MaxBytes)
        {
            var (oldest, its) = _order.Dequeue();
            _bytes -= SizeOf(oldest);
            if (_numbers.TryGetValue(oldest, out ulong newest) && newest == its)
            {
                _numbers.Remove(oldest);
                Floor = Math.Max(Floor, its);
            }
        }
    }

    /// <summary>Remembers the removal of every row. Removals of higher numbers, which came before it, still count.</summary>
    public void Clear(ulong number)
    {
        _clearedAt = Math.Max(_clearedAt, number);
        var order = _order;
        _order = [];
        _numbers.Clear();
        _bytes = 0;
        foreach (var (id, its) in order)
        {
            if (its > number)
                Add(id, its);
        }
    }

    private static long SizeOf(in RowId id) => BinaryForm.SizeOf(id) + sizeof(ulong);

    /// <summary>What is remembered, as bytes.</summary>
    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        ByteWriter.WriteByte(output, Version);
        ByteWriter.WriteUInt64(output, _clearedAt);
        ByteWriter.WriteUInt64(output, Floor);
        ByteWriter.WriteVarint(output, (ulong)_order.Count);
        foreach (var (id, number) in _order)
        {
            BinaryForm.Write(output, id);
            ByteWriter.WriteUInt64(output, number);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what was remembered. InvalidDataException when the bytes are not of this form.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="highWater">The highest number that was recorded so far: the floor of bytes that are so old that they name none.</param>
    public static Removals Read(ReadOnlySpan<byte> bytes, ulong highWater)
    {
        var removals = new Removals();
        var input = new ByteReader(bytes);
        byte version = input.ReadByte();
        if (version is not (Version or VersionWithoutFloor))
            throw input.Invalid($"removals of version {version}, and this build reads versions 1 and {Version}");
        removals._clearedAt = input.ReadUInt64();
        removals.Floor = version == VersionWithoutFloor ? highWater : input.ReadUInt64();
        int count = input.ReadCount(leastBytesEach: 1 + sizeof(ulong));
        for (int i = 0; i < count; i++)
        {
            var id = BinaryForm.ReadRowId(ref input);
            removals.Add(id, input.ReadUInt64());
        }

        input.ExpectEnd();
        return removals;
    }
}
