using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>
/// The binary form of a <see cref="Checkpoint"/>. Content, version 1: incarnation (string), shard, shards, dimension (varints), metric
/// (1 byte); revision (8 bytes); writer (16, in the order they are printed); sequence high-water (8); index epoch (8); the chain: a count (varint), each epoch, base and
/// checksum before the base (8 each); segments: a count, each epoch (8), number (4), rows, bytes (varints), checksum (8), dead rows
/// (varint) and, unless 0, a bit a row; log ranges left to delete: a count, each epoch, from, to (8 each); segments left to delete: a
/// count, each epoch (8), number (4); the attachment: varint length, bytes. Version 2, of a shard whose rows have several vectors, has these behind the metric, in the
/// form of <see cref="VectorParts.Write"/>. Version 3 has, at the end, the log records that stayed and count as segments: a count, each like a segment.
/// Version 4 has both. Versions 5 to 8 are 1 to 4 of a shard whose rows are kept without codes. The least that will do is written.
/// </summary>
internal static class CheckpointForm
{
    // What the version says beyond that there is a checkpoint, as bits of the version less 1.
    private const int Parts = 1;
    private const int Logs = 2;
    private const int WithoutCodes = 4;
    private const int LinkBytes = 3 * sizeof(ulong);
    private const int NameBytes = sizeof(ulong) + sizeof(uint);
    private const int LeastSegmentBytes = NameBytes + 1 + 1 + sizeof(ulong) + 1;

    public static ReadOnlyMemory<byte> Encode(Checkpoint checkpoint)
    {
        var logs = checkpoint.Segments.RemoveAll(segment => !segment.Name.IsLog);
        int version = RecordFrame.Version + (checkpoint.Settings.Parts is null ? 0 : Parts) + (logs.IsEmpty ? 0 : Logs) + (checkpoint.Settings.WithoutCodes ? WithoutCodes : 0);
        var output = RecordFrame.Begin(RecordKind.Checkpoint, 4_096 + checkpoint.Attachment.Length, (ushort)version);
        WriteSettings(output, checkpoint.Settings);
        ByteWriter.WriteUInt64(output, checkpoint.Revision);
        ByteWriter.WriteBytes(output, checkpoint.Writer.ToByteArray(bigEndian: true));
        ByteWriter.WriteUInt64(output, checkpoint.SequenceHighWater);
        ByteWriter.WriteUInt64(output, checkpoint.IndexEpoch);
        WriteAll(output, checkpoint.Chain, static (to, link) => WriteThree(to, link.Epoch, link.Base, link.Previous));
        WriteAll(output, checkpoint.Segments.RemoveAll(segment => segment.Name.IsLog), WriteSegment);
        WriteAll(output, checkpoint.LeftLogs, static (to, range) => WriteThree(to, range.Epoch, range.From, range.To));
        WriteAll(output, checkpoint.LeftSegments, WriteName);
        ByteWriter.WriteVarint(output, (ulong)checkpoint.Attachment.Length);
        ByteWriter.WriteBytes(output, checkpoint.Attachment.Span);
        if (!logs.IsEmpty)
            WriteAll(output, logs, WriteSegment);
        return RecordFrame.End(output, RecordNames.Checkpoint).Bytes;
    }

    /// <summary>Reads a checkpoint record. CorruptData names it.</summary>
    public static Checkpoint Decode(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteReader(RecordFrame.Open(RecordKind.Checkpoint, RecordNames.Checkpoint, bytes.Span, RecordFrame.Version + Parts + Logs + WithoutCodes, out uint version, out _));
        try
        {
            uint has = version - RecordFrame.Version;
            var read = Read(ref input, (has & Parts) != 0, (has & Logs) != 0);
            return (has & WithoutCodes) == 0 ? read : read with { Settings = read.Settings with { WithoutCodes = true } };
        }
        catch (InvalidDataException malformed)
        {
            throw FlatIndexException.CorruptData(RecordNames.Checkpoint, $"cannot be read: {malformed.Message}");
        }
    }

    private static Checkpoint Read(ref ByteReader input, bool hasParts, bool hasLogs)
    {
        var settings = ReadSettings(ref input, hasParts);
        ulong revision = input.ReadUInt64();
        var writer = new Guid(input.ReadBytes(16), bigEndian: true);
        ulong highWater = input.ReadUInt64();
        ulong indexEpoch = input.ReadUInt64();

        var chain = new ChainLink[input.ReadCount(LinkBytes)];
        for (int i = 0; i < chain.Length; i++)
        {
            chain[i] = new ChainLink(input.ReadUInt64(), input.ReadUInt64(), input.ReadUInt64());
            if (i > 0 && chain[i].Epoch <= chain[i - 1].Epoch)
                throw input.Invalid($"epochs must rise, found {chain[i].Epoch} after {chain[i - 1].Epoch}");
        }

        if (chain.Length == 0)
            throw input.Invalid("at least one epoch expected, found none");
        var segments = ReadSegments(ref input, areLogs: false);
        var leftLogs = new LogRange[input.ReadCount(LinkBytes)];
        for (int i = 0; i < leftLogs.Length; i++)
            leftLogs[i] = new LogRange(input.ReadUInt64(), input.ReadUInt64(), input.ReadUInt64());
        var leftSegments = new SegmentName[input.ReadCount(NameBytes)];
        for (int i = 0; i < leftSegments.Length; i++)
            leftSegments[i] = new SegmentName(input.ReadUInt64(), input.ReadUInt32());
        byte[] attachment = input.ReadBytes(input.ReadCount(1)).ToArray();
        var logs = hasLogs ? ReadSegments(ref input, areLogs: true) : [];
        input.ExpectEnd();
        return new Checkpoint
        {
            Settings = settings,
            Revision = revision,
            Writer = writer,
            Chain = [.. chain],
            Segments = [.. segments, .. logs],
            LeftLogs = [.. leftLogs],
            LeftSegments = [.. leftSegments],
            SequenceHighWater = highWater,
            IndexEpoch = indexEpoch,
            Attachment = attachment,
        };
    }

    private static void WriteSettings(IBufferWriter<byte> output, ShardSettings settings)
    {
        ByteWriter.WriteString(output, settings.Incarnation);
        ByteWriter.WriteVarint(output, (ulong)settings.Shard);
        ByteWriter.WriteVarint(output, (ulong)settings.Shards);
        ByteWriter.WriteVarint(output, (ulong)settings.Dimension);
        ByteWriter.WriteByte(output, (byte)settings.Metric);
        settings.Parts?.Write(output);
    }

    private static ShardSettings ReadSettings(ref ByteReader input, bool hasParts)
    {
        string incarnation = input.ReadString();
        ulong shard = input.ReadVarint();
        ulong shards = input.ReadVarint();
        ulong dimension = input.ReadVarint();
        var metric = (Metric)input.ReadByte();
        if (shard > int.MaxValue || shards > int.MaxValue || dimension is 0 or > Limits.Dimension || !Enum.IsDefined(metric))
            throw input.Invalid($"the settings of a shard expected, found shard {shard} of {shards}, dimension {dimension}, metric {(byte)metric}");
        var parts = hasParts ? VectorParts.Read(ref input) : null;
        if (parts is not null && parts.RowComponents != (int)dimension)
            throw input.Invalid($"rows of the vectors {parts} have {parts.RowComponents} components, found {dimension}");
        return new ShardSettings(incarnation, (int)shard, (int)shards, (int)dimension, metric, parts);
    }

    private static void WriteSegment(IBufferWriter<byte> output, StoredSegment segment)
    {
        WriteName(output, segment.Name);
        ByteWriter.WriteVarint(output, (ulong)segment.Rows);
        ByteWriter.WriteVarint(output, (ulong)segment.Bytes);
        ByteWriter.WriteUInt64(output, segment.Checksum);
        ByteWriter.WriteVarint(output, (ulong)segment.DeadRows);
        if (segment.DeadRows > 0)
            ByteWriter.WriteBytes(output, segment.Dead.Span);
    }

    private static StoredSegment[] ReadSegments(ref ByteReader input, bool areLogs)
    {
        var segments = new StoredSegment[input.ReadCount(LeastSegmentBytes)];
        for (int i = 0; i < segments.Length; i++)
            segments[i] = ReadSegment(ref input, areLogs);
        return segments;
    }

    private static StoredSegment ReadSegment(ref ByteReader input, bool isLog)
    {
        var name = new SegmentName(input.ReadUInt64(), input.ReadUInt32(), isLog);
        ulong rows = input.ReadVarint();
        ulong bytes = input.ReadVarint();
        ulong checksum = input.ReadUInt64();
        ulong dead = input.ReadVarint();
        if (rows > int.MaxValue - 7 || bytes > int.MaxValue || dead > rows)
            throw input.Invalid($"the rows, bytes and dead rows of a segment expected, found {rows}, {bytes} and {dead}");
        byte[] tombstones = dead > 0 ? input.ReadBytes(((int)rows + 7) / 8).ToArray() : [];
        int marked = tombstones.Sum(bits => BitOperations.PopCount(bits));
        if (marked != (int)dead || (dead > 0 && rows % 8 != 0 && tombstones[^1] >> (int)(rows % 8) != 0))
            throw input.Invalid($"{dead} dead rows among the {rows} of a segment expected, found {marked} marked");
        return new StoredSegment(name, (int)rows, (int)bytes, checksum, (int)dead, tombstones);
    }

    private static void WriteName(IBufferWriter<byte> output, SegmentName name)
    {
        ByteWriter.WriteUInt64(output, name.Epoch);
        ByteWriter.WriteUInt32(output, name.Number);
    }

    private static void WriteThree(IBufferWriter<byte> output, ulong first, ulong second, ulong third)
    {
        ByteWriter.WriteUInt64(output, first);
        ByteWriter.WriteUInt64(output, second);
        ByteWriter.WriteUInt64(output, third);
    }

    private static void WriteAll<T>(IBufferWriter<byte> output, ImmutableArray<T> items, Action<IBufferWriter<byte>, T> write)
    {
        ByteWriter.WriteVarint(output, (ulong)items.Length);
        foreach (var item in items)
            write(output, item);
    }
}
