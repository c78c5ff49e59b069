using System.Buffers;
using System.IO.Hashing;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Indexes;

/// <summary>The binary form of an <see cref="IndexRecord"/>.</summary>
/// <remarks>
/// A version byte (1); the state (a byte); name, incarnation, home and the name renamed to (strings: a varint of their UTF-8
/// bytes, and these); dimension and shards (varints); the metric (a byte); epoch and sequence lease (8 bytes each); the time of
/// creation in ticks of UTC (8 bytes); the slot map (8,192 bytes); at the end the XXH3 hash (8 bytes) of all before it.
/// Integers are little-endian. Version 2, of an index whose rows have several vectors, has these (<see cref="VectorParts.Write"/>) behind the metric.
/// Versions 3 and 4 are 1 and 2 of an index whose rows are kept without codes.
/// </remarks>
internal static class IndexRecordForm
{
    private const byte Version = 1;
    private const byte VersionWithParts = 2;
    private const byte WithoutCodes = 2;
    private const int SlotBytes = RowIdHash.Slots * sizeof(ushort);

    public static byte[] Write(IndexRecord record)
    {
        var output = new ArrayBufferWriter<byte>(SlotBytes + 256);
        var description = record.Description;
        int version = description.Settings.Parts is null ? Version : VersionWithParts;
        ByteWriter.WriteByte(output, (byte)(version + (description.Settings.WithoutCodes ? WithoutCodes : 0)));
        ByteWriter.WriteByte(output, (byte)record.State);
        ByteWriter.WriteString(output, description.Name);
        ByteWriter.WriteString(output, description.Incarnation);
        ByteWriter.WriteString(output, description.Home);
        ByteWriter.WriteString(output, record.RenamedTo);
        ByteWriter.WriteVarint(output, (ulong)description.Settings.Dimension);
        ByteWriter.WriteVarint(output, (ulong)description.Settings.Shards);
        ByteWriter.WriteByte(output, (byte)description.Settings.Metric);
        description.Settings.Parts?.Write(output);
        ByteWriter.WriteUInt64(output, description.Epoch);
        ByteWriter.WriteUInt64(output, record.SequenceLease);
        ByteWriter.WriteUInt64(output, (ulong)description.Created.UtcTicks);
        ByteWriter.WriteBytes(output, description.Slots.Bytes);
        ByteWriter.WriteUInt64(output, XxHash3.HashToUInt64(output.WrittenSpan));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record; CorruptData with the record's name when it is damaged or of an unknown version.</summary>
    public static IndexRecord Read(ReadOnlySpan<byte> bytes, string recordName)
    {
        if (bytes.Length < sizeof(ulong) + 1)
            throw FlatIndexException.CorruptData(recordName, $"has {bytes.Length} bytes, fewer than its checksum needs");
        if (bytes[0] is < Version or > VersionWithParts + WithoutCodes)
            throw FlatIndexException.CorruptData(recordName, $"has version {bytes[0]}, and this build reads versions {Version} to {VersionWithParts + WithoutCodes}");
        var checksum = new ByteReader(bytes[^sizeof(ulong)..]);
        if (checksum.ReadUInt64() != XxHash3.HashToUInt64(bytes[..^sizeof(ulong)]))
            throw FlatIndexException.CorruptData(recordName, "does not match its checksum");
        try
        {
            return ReadBody(bytes[1..^sizeof(ulong)], bytes[0]);
        }
        catch (InvalidDataException e)
        {
            throw new FlatIndexException(FlatIndexException.CorruptData(recordName, $"cannot be read: {e.Message}").Error, e);
        }
    }

    private static IndexRecord ReadBody(ReadOnlySpan<byte> body, byte version)
    {
        var input = new ByteReader(body);
        var state = (IndexState)input.ReadByte();
        string name = input.ReadString();
        string incarnation = input.ReadString();
        string home = input.ReadString();
        string renamedTo = input.ReadString();
        int dimension = (int)input.ReadVarint();
        int shards = (int)input.ReadVarint();
        var metric = (Metric)input.ReadByte();
        bool withoutCodes = version > VersionWithParts;
        var parts = version is VersionWithParts or VersionWithParts + WithoutCodes ? VectorParts.Read(ref input) : null;
        ulong epoch = input.ReadUInt64();
        ulong lease = input.ReadUInt64();
        var created = new DateTimeOffset((long)input.ReadUInt64(), TimeSpan.Zero);
        var slots = SlotMap.FromBytes(input.ReadBytes(SlotBytes));
        input.ExpectEnd();
        return new(
            state,
            new()
            {
                Name = name,
                Settings = new(dimension, metric, shards) { Parts = parts, WithoutCodes = withoutCodes },
                Incarnation = incarnation,
                Home = home,
                Epoch = epoch,
                Slots = slots,
                Created = created,
            },
            lease,
            renamedTo);
    }
}
