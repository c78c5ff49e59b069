using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Records;

/// <summary>Records whose frame is right and whose content is nonsense: what a bug or a forger could leave.</summary>
public sealed class HostileRecordTests
{
    [Fact]
    public void Random_content_never_throws_anything_but_corrupt_data()
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            byte[] content = new byte[random.Next(0, 200)];
            random.NextBytes(content);

            // Mostly a valid beginning, so that the later parts are reached.
            if (content.Length > 40)
                content[0] = (byte)random.Next(1, 4);
            Try(seed, () => LogRecord.Decode(default, Frame(RecordKind.Log, RecordNames.Log(default), content)).ReadBatch(default));
            Try(seed, () => CheckpointForm.Decode(Frame(RecordKind.Checkpoint, RecordNames.Checkpoint, content)));
            Try(seed, () => Open(Frame(RecordKind.Segment, RecordNames.Segment(default), content)));
        }
    }

    [Fact]
    public void A_mutated_record_never_throws_anything_but_corrupt_data()
    {
        var batch = new ShardBatch([Shards.Put(1, 2), ShardOperation.Remove(RowId.FromBytes([1, 2]), 3), Shards.Put(4, 5)]) { Answers = [new(new byte[5], default)] };
        var group = batch with { Answers = [new(new byte[5], new byte[2]), new(new byte[3], default)] };
        byte[] log = Content(LogRecord.Batch(default, Guid.NewGuid(), 1, 0, batch).Bytes);
        byte[] many = Content(LogRecord.Batch(default, Guid.NewGuid(), 1, 0, group).Bytes);
        byte[] outstanding = Content(LogRecord.Batch(default, Guid.NewGuid(), 1, 0, group, outstanding: 2).Bytes);
        byte[] checkpoint = Content(CheckpointForm.Encode(Checkpoint.First(Shards.Settings)));
        byte[] keeping = Content(CheckpointForm.Encode(Checkpoint.First(Shards.Settings) with { Segments = [new(SegmentName.Of(new(1, 2)), 9, 400, 5, 1, new byte[] { 1, 0 })] }));
        var builder = new SegmentBuilder(3, 10_000);
        for (ulong i = 0; i < 4; i++)
            builder.TryAdd(new StoredRow(i, new float[3], Metadata.From(("f", 1.5)), i));
        byte[] segment = Content(builder.Build(default).Bytes);
        for (int seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            Try(seed, () => LogRecord.Decode(default, Frame(RecordKind.Log, RecordNames.Log(default), Mutate(log, random))).ReadBatch(default));
            Try(seed, () => LogRecord.Decode(default, Frame(RecordKind.Log, RecordNames.Log(default), Mutate(many, random), 2)).ReadBatch(default));
            Try(seed, () => LogRecord.Decode(default, Frame(RecordKind.Log, RecordNames.Log(default), Mutate(outstanding, random), 4)).ReadBatch(default));
            Try(seed, () => OpenRecord(Frame(RecordKind.Log, RecordNames.Log(default), Mutate(log, random))));
            Try(seed, () => OpenRecord(Frame(RecordKind.Log, RecordNames.Log(default), Mutate(many, random), 2)));
            Try(seed, () => CheckpointForm.Decode(Frame(RecordKind.Checkpoint, RecordNames.Checkpoint, Mutate(keeping, random), 3)));
            Try(seed, () => CheckpointForm.Decode(Frame(RecordKind.Checkpoint, RecordNames.Checkpoint, Mutate(checkpoint, random))));
            Try(seed, () => Open(Frame(RecordKind.Segment, RecordNames.Segment(default), Mutate(segment, random))));
        }
    }

    [Theory]
    [InlineData(1, 0b0000_0101)]
    [InlineData(3, 0b0000_0101)]
    [InlineData(2, 0b0010_0100)]
    public void A_checkpoint_that_says_another_number_of_dead_rows_than_it_marks_is_corrupt_data(int dead, byte marks)
    {
        var checkpoint = new Checkpoint
        {
            Settings = Shards.Settings,
            Chain = [new ChainLink(1, 0, 0)],
            Segments = [new StoredSegment(default, 5, 100, 7, dead, new[] { marks })],
        };
        var error = Assert.Throws<FlatIndexException>(() => CheckpointForm.Decode(CheckpointForm.Encode(checkpoint))).Error;
        Assert.Equal((FlatErrorKind.CorruptData, RecordNames.Checkpoint), (error.Kind, error.Record));
    }

    private static void Open(ReadOnlyMemory<byte> record)
    {
        RecordFrame.Open(RecordKind.Segment, RecordNames.Segment(default), record.Span, out ulong checksum);
        var stored = new StoredSegment(default, 4, record.Length, checksum, 0, default);
        Deliver(() => SegmentReader.Open(stored, 3, record));
    }

    private static void OpenRecord(ReadOnlyMemory<byte> record)
    {
        ulong checksum = LogRecord.Decode(default, record).Checksum;
        var stored = new StoredSegment(SegmentName.Of(default), 2, record.Length, checksum, 0, default);
        Deliver(() => ISegmentRows.Open(stored, 3, record));
    }

    // With vectors placed before, and without: both end alike.
    private static void Deliver(Func<ISegmentRows> open)
    {
        var placed = open();
        placed.Place(0, new Ignoring());
        FlatIndexException? error = null;
        try
        {
            placed.Deliver(new Ignoring());
        }
        catch (FlatIndexException corrupt)
        {
            error = corrupt;
        }

        var plain = open();
        if (error is null)
            plain.Deliver(new Ignoring());
        else
            Assert.Equal(error.Message, Assert.Throws<FlatIndexException>(() => plain.Deliver(new Ignoring())).Message);
        if (error is not null)
            throw error;
    }

    private static void Try(int seed, Action read)
    {
        try
        {
            read();
        }
        catch (FlatIndexException corrupt) when (corrupt.Kind == FlatErrorKind.CorruptData)
        {
            Assert.NotNull(corrupt.Error.Record);
        }
        catch (Exception other)
        {
            Assert.Fail($"seed {seed}: {other}");
        }
    }

    private static byte[] Mutate(byte[] content, Random random)
    {
        byte[] copy = [.. content];
        for (int i = random.Next(1, 4); i > 0; i--)
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? copy[..random.Next(copy.Length)] : copy;
    }

    private static byte[] Content(ReadOnlyMemory<byte> record) => record[RecordFrame.HeaderBytes..^RecordFrame.ChecksumBytes].ToArray();

    private static ReadOnlyMemory<byte> Frame(RecordKind kind, string name, byte[] content, ushort version = 1)
    {
        var output = RecordFrame.Begin(kind, content.Length, version);
        System.Buffers.BuffersExtensions.Write(output, content);
        return RecordFrame.End(output, name).Bytes;
    }

    private sealed class Ignoring : IPlacedRecovery
    {
        public void Begin(RecoveryStart start)
        {
        }

        public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata)
        {
        }

        public void Place(int row, ReadOnlySpan<float> vector)
        {
        }

        public void Put(int row, ReadOnlySpan<RowId> ids, ReadOnlySpan<ulong> sequences, ReadOnlySpan<Metadata> metadata)
        {
        }

        public void Apply(ShardBatch batch, LogPosition position)
        {
        }
    }
}
