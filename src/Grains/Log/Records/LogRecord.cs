using System.Buffers;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>
/// One record of the log. Content, version 1: kind (1 byte); the writer (16 bytes, in the order they are printed); the writer's batch number (8); the checksum of the
/// record before in this epoch, or of nothing, which is 0 (8); then for a batch what <see cref="BatchForm"/> says, for an
/// announcement the first segment number and how many (4 and 4), for a seal nothing. Version 2 is a batch with several tokens. Versions 3 and 4
/// are 1 and 2 with <see cref="Outstanding"/> (1 byte, not 0) behind the checksum; builds that put one record at a time do not read them.
/// </summary>
internal sealed class LogRecord
{
    private const int FixedBytes = 1 + 16 + 8 + 8;

    private LogRecord(LogRecordKind kind, Guid writer, ulong batchNumber, ulong previous)
    {
        Kind = kind;
        Writer = writer;
        BatchNumber = batchNumber;
        Previous = previous;
    }

    public LogRecordKind Kind { get; }

    /// <summary>The activation that wrote the record.</summary>
    public Guid Writer { get; }

    /// <summary>The writer's number of this record, rising; with the writer it tells one's own record from any other.</summary>
    public ulong BatchNumber { get; }

    /// <summary>The checksum of the record before in the epoch; 0 for the first.</summary>
    public ulong Previous { get; }

    public ulong Checksum { get; private init; }

    /// <summary>
    /// How many records right before this one were on their way too when it was written: whether those are in the log, its writer did not know; all before them are.
    /// </summary>
    public int Outstanding { get; private init; }

    /// <summary>The version of what <see cref="BatchForm"/> writes.</summary>
    private ushort Form { get; init; } = BatchForm.OneToken;

    private int HeadBytes => FixedBytes + (Outstanding > 0 ? 1 : 0);

    /// <summary>The whole record, frame and all.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>Announced segment numbers, under the epoch of the record's position.</summary>
    public (uint First, uint Count) Announced { get; private init; }

    public static LogRecord Batch(LogPosition at, Guid writer, ulong batchNumber, ulong previous, ShardBatch batch, int outstanding = 0)
    {
        var head = new LogRecord(LogRecordKind.Batch, writer, batchNumber, previous) { Form = BatchForm.VersionOf(batch), Outstanding = outstanding };
        return head.Encode(at, BatchForm.SizeOf(batch), output => BatchForm.Write(output, batch));
    }

    public static LogRecord Seal(LogPosition at, Guid writer, ulong previous) =>
        new LogRecord(LogRecordKind.Seal, writer, 0, previous).Encode(at, 0, _ => { });

    public static LogRecord Announce(LogPosition at, Guid writer, ulong batchNumber, ulong previous, uint first, uint count, int outstanding = 0)
    {
        var head = new LogRecord(LogRecordKind.Announce, writer, batchNumber, previous) { Announced = (first, count), Outstanding = outstanding };
        return head.Encode(at, 8, output =>
        {
            ByteWriter.WriteUInt32(output, first);
            ByteWriter.WriteUInt32(output, count);
        });
    }

    /// <summary>The bytes of the record that a batch makes where others are outstanding; one more than where none is.</summary>
    public static long SizeOf(ShardBatch batch) => RecordFrame.OverheadBytes + FixedBytes + 1 + BatchForm.SizeOf(batch);

    /// <summary>Reads a record's head and checks its frame. CorruptData names the record.</summary>
    public static LogRecord Decode(LogPosition at, ReadOnlyMemory<byte> bytes)
    {
        string name = RecordNames.Log(at);
        var input = new ByteReader(RecordFrame.Open(RecordKind.Log, name, bytes.Span, 2 * BatchForm.ManyTokens, out uint version, out ulong checksum));
        try
        {
            var kind = (LogRecordKind)input.ReadByte();
            var writer = new Guid(input.ReadBytes(16), bigEndian: true);
            var head = new LogRecord(kind, writer, input.ReadUInt64(), input.ReadUInt64());
            int outstanding = version > BatchForm.ManyTokens ? input.ReadByte() : 0;
            if (version > BatchForm.ManyTokens && outstanding == 0)
                throw input.Invalid($"at least 1 record outstanding expected in version {version}, found 0");
            var announced = kind == LogRecordKind.Announce ? (input.ReadUInt32(), input.ReadUInt32()) : default;
            if (kind != LogRecordKind.Batch)
                input.ExpectEnd();
            if (!Enum.IsDefined(kind))
                throw input.Invalid($"a log record is of kind 1 to 3, found {(byte)kind}");
            return new LogRecord(kind, writer, head.BatchNumber, head.Previous)
            {
                Form = (ushort)(version > BatchForm.ManyTokens ? version - BatchForm.ManyTokens : version),
                Outstanding = outstanding,
                Bytes = bytes,
                Checksum = checksum,
                Announced = announced,
            };
        }
        catch (InvalidDataException malformed)
        {
            throw Malformed(name, malformed);
        }
    }

    /// <summary>Reads the batch of a <see cref="LogRecordKind.Batch"/> record.</summary>
    public ShardBatch ReadBatch(LogPosition at)
    {
        try
        {
            return BatchForm.Read(ContentOfBatch.Span, Form);
        }
        catch (InvalidDataException malformed)
        {
            throw Malformed(RecordNames.Log(at), malformed);
        }
    }

    /// <summary>What <see cref="BatchForm"/> wrote, and its version, for whoever reads it piece by piece.</summary>
    public ReadOnlyMemory<byte> BatchContent(out ushort form)
    {
        form = Form;
        return ContentOfBatch;
    }

    private ReadOnlyMemory<byte> ContentOfBatch => Bytes[(RecordFrame.HeaderBytes + HeadBytes)..^RecordFrame.ChecksumBytes];

    /// <summary>Whether this is the very record that another variable holds.</summary>
    public bool IsSameAs(LogRecord other) =>
        Kind == other.Kind && Writer == other.Writer && BatchNumber == other.BatchNumber && Checksum == other.Checksum;

    private static FlatIndexException Malformed(string name, InvalidDataException malformed) =>
        FlatIndexException.CorruptData(name, $"cannot be read: {malformed.Message}");

    private LogRecord Encode(LogPosition at, long contentBytes, Action<IBufferWriter<byte>> content)
    {
        ushort version = (ushort)(Outstanding > 0 ? Form + BatchForm.ManyTokens : Form);
        var output = RecordFrame.Begin(RecordKind.Log, HeadBytes + contentBytes, version);
        ByteWriter.WriteByte(output, (byte)Kind);
        ByteWriter.WriteBytes(output, Writer.ToByteArray(bigEndian: true));
        ByteWriter.WriteUInt64(output, BatchNumber);
        ByteWriter.WriteUInt64(output, Previous);
        if (Outstanding > 0)
            ByteWriter.WriteByte(output, checked((byte)Outstanding));
        content(output);
        var (bytes, checksum) = RecordFrame.End(output, RecordNames.Log(at));
        return new LogRecord(Kind, Writer, BatchNumber, Previous) { Form = Form, Outstanding = Outstanding, Bytes = bytes, Checksum = checksum, Announced = Announced };
    }
}
