using System.Buffers;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// The numbers under which ids were removed lately, so that a write with a lower number that arrives after the removal does not
/// bring the row back. Bounded: the oldest removals are forgotten first, long after any write could still be on its way.
/// </summary>
/// <remarks>Its bytes: a version (1), the number of the last clearing (8 bytes, little-endian), a count (varint), and for each
/// removal, oldest first, the id's binary form and the number (8 bytes).</remarks>
internal sealed class Removals
{
    /// <summary>Removals remembered, at most.</summary>
    public const int Capacity = 16_384;

    /// <summary>Bytes of them, at most: a checkpoint carries them, and is one record.</summary>
    public const long MaxBytes = 4L * 1024 * 1024;

    private const byte Version = 1;
    private readonly Dictionary<RowId, ulong> _numbers = [];
    private Queue<(RowId Id, ulong Number)> _order = [];
    private long _bytes;
    private ulong _clearedAt;

    /// <summary>The number of the newest removal that concerns an id; 0 for none.</summary>
    public ulong NumberOf(in RowId id) => Math.Max(_clearedAt, _numbers.GetValueOrDefault(id));

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
                _numbers.Remove(oldest);
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
        ByteWriter.WriteVarint(output, (ulong)_order.Count);
        foreach (var (id, number) in _order)
        {
            BinaryForm.Write(output, id);
            ByteWriter.WriteUInt64(output, number);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what was remembered; empty bytes are nothing. CorruptData when the bytes are not of this form.</summary>
    public static Removals Read(ReadOnlySpan<byte> bytes)
    {
        var removals = new Removals();
        if (bytes.IsEmpty)
            return removals;
        try
        {
            var input = new ByteReader(bytes);
            if (input.ReadByte() is var version and not Version)
                throw input.Invalid($"removals of version {version}, and this build reads version {Version}");
            removals._clearedAt = input.ReadUInt64();
            int count = input.ReadCount(leastBytesEach: 1 + sizeof(ulong));
            for (int i = 0; i < count; i++)
            {
                var id = BinaryForm.ReadRowId(ref input);
                removals.Add(id, input.ReadUInt64());
            }

            input.ExpectEnd();
            return removals;
        }
        catch (InvalidDataException e)
        {
            throw new FlatIndexException(FlatIndexException.CorruptData("checkpoint", $"has removals that cannot be read: {e.Message}").Error, e);
        }
    }
}
