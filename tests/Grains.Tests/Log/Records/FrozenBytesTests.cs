using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Records;

/// <summary>
/// Every version of every record kind, byte by byte. These bytes lie in stores: a change here is a new version beside this one, whose bytes
/// stay readable.
/// </summary>
public sealed class FrozenBytesTests
{
    private static readonly Guid Writer = new("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly LogPosition At = new(2, 17);

    private static readonly ShardBatch Batch = new(
    [
        ShardOperation.Put(7, 100, new[] { 1f, -0f }, Metadata.From(("kind", "method"), ("n", 3L))),
        ShardOperation.Remove(RowId.FromBytes([0xAB]), 101),
        ShardOperation.Clear(102),
        ShardOperation.IndexEpoch(5),
        ShardOperation.Put(8, 103, new[] { float.MaxValue, 0.5f }),
    ])
    {
        Answers = [new(new byte[] { 1, 2, 3 }, new byte[] { 4 })],
    };

    private static readonly ShardBatch Group = Batch with { Answers = [.. Batch.Answers, new(new byte[] { 5 }, default)] };

    private static readonly SegmentName Name = new(2, 1);

    private static readonly StoredRow[] Rows =
    [
        new(7, new[] { 1f, -0f }, Metadata.From(("b", true)), 100),
        new(RowId.FromBytes([0xAB, 0xCD]), new[] { 2f, 3f }, Metadata.Empty, 103),
    ];

    private static readonly Checkpoint Full = new()
    {
        Settings = new ShardSettings("01JD", 3, 300, 2, Metric.DotProduct),
        Revision = 9,
        Writer = Writer,
        Chain = [new ChainLink(1, 5, 0x1122), new ChainLink(2, 0, 0)],
        Segments = [new StoredSegment(Name, 10, 300, 0xCAFE, 3, new byte[] { 0b0000_0111, 0 }), new StoredSegment(new SegmentName(2, 2), 1, 90, 0xBABE, 0, default)],
        LeftLogs = [new LogRange(1, 0, 5)],
        LeftSegments = [new SegmentName(1, 0xFF)],
        SequenceHighWater = 103,
        IndexEpoch = 5,
        Attachment = new byte[] { 9, 8 },
    };

    private static readonly Checkpoint Keeping = Full with { Segments = [.. Full.Segments, new StoredSegment(SegmentName.Of(At), 9, 400, 0xF00D, 1, new byte[] { 2, 0 })] };

    private const string GroupHex =
        "4971464c020000000100112233445566778899aabbccddeeff0400000000000000080706050403020102030102030104010500020501000700000000" +
        "000000640000000000000002046b696e6404066d6574686f64016e0206020101ab650000000000000003660000000000000004050000000000000001" +
        "0008000000000000006700000000000000000000803f00000080ffff7f7f0000003fd0dd95e96f7e4081";
    private const string OutstandingHex =
        "4971464c030000000100112233445566778899aabbccddeeff0400000000000000080706050403020102030102030104020501000700000000000000" +
        "640000000000000002046b696e6404066d6574686f64016e0206020101ab650000000000000003660000000000000004050000000000000001000800" +
        "0000000000006700000000000000000000803f00000080ffff7f7f0000003f9b594696b77876be";
    private const string OutstandingGroupHex =
        "4971464c040000000100112233445566778899aabbccddeeff0400000000000000080706050403020101020301020301040105000205010007000000" +
        "00000000640000000000000002046b696e6404066d6574686f64016e0206020101ab6500000000000000036600000000000000040500000000000000" +
        "010008000000000000006700000000000000000000803f00000080ffff7f7f0000003f0bc85826145bf5af";
    private const string OutstandingAnnounceHex = "4971464c030000000300112233445566778899aabbccddeeff04000000000000000807060504030201021000000003000000e42a5cb2b09bf4a0";
    private const string KeepingHex =
        "49714643030000000430314a4403ac020202090000000000000000112233445566778899aabbccddeeff670000000000000005000000000000000201" +
        "000000000000000500000000000000221100000000000002000000000000000000000000000000000000000000000002020000000000000001000000" +
        "0aac02feca000000000000030700020000000000000002000000015abeba000000000000000101000000000000000000000000000000050000000000" +
        "0000010100000000000000ff000000020908010200000000000000110000000990030df00000000000000102006eeb46f1be540e85";

    private const string BatchHex =
        "4971464c010000000100112233445566778899aabbccddeeff0400000000000000080706050403020103010203010402050100070000000000000064" +
        "0000000000000002046b696e6404066d6574686f64016e0206020101ab65000000000000000366000000000000000405000000000000000100080000" +
        "00000000006700000000000000000000803f00000080ffff7f7f0000003f6f59d1b19310f22c";
    private const string SealHex = "4971464c010000000200112233445566778899aabbccddeeff000000000000000008070605040302015cfd222d12bed9c8";
    private const string AnnounceHex = "4971464c010000000300112233445566778899aabbccddeeff040000000000000008070605040302011000000003000000e3d5e15f52826de1";
    private const string SegmentHex =
        "49714653010000000200000000000000010000000200000002000000640000000000000067000000000000000000803f000000800000004000004040" +
        "00070000000000000001016201010102abcd0070218f1c1126de27";
    private const string CheckpointHex =
        "49714643010000000430314a4403ac020202090000000000000000112233445566778899aabbccddeeff670000000000000005000000000000000201" +
        "000000000000000500000000000000221100000000000002000000000000000000000000000000000000000000000002020000000000000001000000" +
        "0aac02feca000000000000030700020000000000000002000000015abeba000000000000000101000000000000000000000000000000050000000000" +
        "0000010100000000000000ff000000020908b513ab4e42165a74";
    private const string PartsCheckpointHex = "49714643020000000430314a4403ac02400102057469746c65110104626f64790302000000000000000000000000000000000000000000000000"
        + "0000000000000000000000000000000001000000000000000000000000000000000000000000000000000000004de368f23bdd82e7";
    private const string KeepingPartsHex =
        "49714643040000000430314a4403ac02400102057469746c65110104626f64790302090000000000000000112233445566778899aabbccddeeff6700" +
        "000000000000050000000000000002010000000000000005000000000000002211000000000000020000000000000000000000000000000000000000" +
        "000000020200000000000000010000000aac02feca000000000000030700020000000000000002000000015abeba0000000000000001010000000000" +
        "000000000000000000000500000000000000010100000000000000ff000000020908010200000000000000110000000990030df00000000000000102" +
        "00d98187f5ec5413d4";
    private const string FirstCheckpointHex =
        "49714643010000000430314a4403ac020202000000000000000000000000000000000000000000000000000000000000000000000000000000000100" +
        "0000000000000000000000000000000000000000000000000000005311e101a0b9979b";

    [Fact]
    public void A_batch_record() => AssertFrozen(BatchHex, LogRecord.Batch(At, Writer, 4, 0x0102030405060708, Batch).Bytes);

    [Fact]
    public void A_batch_record_of_several_writes() => AssertFrozen(GroupHex, LogRecord.Batch(At, Writer, 4, 0x0102030405060708, Group).Bytes);

    [Fact]
    public void A_batch_record_with_others_outstanding() => AssertFrozen(OutstandingHex, LogRecord.Batch(At, Writer, 4, 0x0102030405060708, Batch, outstanding: 2).Bytes);

    [Fact]
    public void A_batch_record_of_several_writes_with_others_outstanding() =>
        AssertFrozen(OutstandingGroupHex, LogRecord.Batch(At, Writer, 4, 0x0102030405060708, Group, outstanding: 1).Bytes);

    [Fact]
    public void An_announcement_with_others_outstanding() =>
        AssertFrozen(OutstandingAnnounceHex, LogRecord.Announce(At, Writer, 4, 0x0102030405060708, 16, 3, outstanding: 2).Bytes);

    [Fact]
    public void Records_with_others_outstanding_read_back()
    {
        foreach (var (hex, outstanding, answers) in new[] { (OutstandingHex, 2, 1), (OutstandingGroupHex, 1, 2), (BatchHex, 0, 1), (GroupHex, 0, 2) })
        {
            var record = LogRecord.Decode(At, Convert.FromHexString(hex));
            var batch = record.ReadBatch(At);
            Assert.Equal((outstanding, answers, Batch.Operations.Count), (record.Outstanding, batch.Answers.Count, batch.Operations.Count));
            Assert.Equal((4ul, 0x0102030405060708ul), (record.BatchNumber, record.Previous));
        }

        var announced = LogRecord.Decode(At, Convert.FromHexString(OutstandingAnnounceHex));
        Assert.Equal((2, (16u, 3u)), (announced.Outstanding, announced.Announced));
    }

    [Fact]
    public void A_checkpoint_with_log_records_that_stayed() => AssertFrozen(KeepingHex, CheckpointForm.Encode(Keeping));

    [Fact]
    public void The_batch_of_several_writes_reads_back()
    {
        var batch = LogRecord.Decode(At, Convert.FromHexString(GroupHex)).ReadBatch(At);
        Assert.Equal(Group.Answers.Select(Text), batch.Answers.Select(Text));
        Assert.Equal(Group.Operations.Count, batch.Operations.Count);

        static string Text(TokenAnswer answer) => $"{Convert.ToHexString(answer.Token.Span)} {Convert.ToHexString(answer.Answer.Span)}";
    }

    [Fact]
    public void The_checkpoint_with_log_records_that_stayed_reads_back()
    {
        var found = CheckpointForm.Decode(Convert.FromHexString(KeepingHex));
        Assert.Equal(Keeping.Segments.Select(segment => segment.Name), found.Segments.Select(segment => segment.Name));
        Assert.Equal(KeepingHex, Convert.ToHexStringLower(CheckpointForm.Encode(found).Span));
    }

    [Fact]
    public void The_rows_of_a_log_record_that_stayed_read_back_without_its_dead_one()
    {
        byte[] bytes = Convert.FromHexString(GroupHex);
        var stored = new StoredSegment(SegmentName.Of(At), 2, bytes.Length, LogRecord.Decode(At, bytes).Checksum, 1, new byte[] { 1 });
        var target = new ShardModel();
        var rows = ISegmentRows.Open(stored, 2, bytes);
        Assert.Equal(1, rows.Deliver(target));
        Assert.Equal([100ul, 103], rows.Sequences);
        var expected = new ShardModel();
        var put = Group.Operations[^1];
        expected.Put(put.Id, put.Number, put.Vector.Span, put.Metadata);
        Assert.Equal(expected.Describe(), target.Describe());
    }

    [Fact]
    public void A_seal() => AssertFrozen(SealHex, LogRecord.Seal(At, Writer, 0x0102030405060708).Bytes);

    [Fact]
    public void An_announcement() => AssertFrozen(AnnounceHex, LogRecord.Announce(At, Writer, 4, 0x0102030405060708, 16, 3).Bytes);

    [Fact]
    public void A_segment() => AssertFrozen(SegmentHex, BuildSegment().Bytes);

    [Fact]
    public void A_checkpoint() => AssertFrozen(CheckpointHex, CheckpointForm.Encode(Full));

    [Fact]
    public void A_first_checkpoint() =>
        AssertFrozen(FirstCheckpointHex, CheckpointForm.Encode(Checkpoint.First(new ShardSettings("01JD", 3, 300, 2, Metric.DotProduct))));

    [Fact]
    public void A_first_checkpoint_of_rows_with_several_vectors_is_version_2_and_reads_back()
    {
        var parts = new VectorParts(new("title", 17, Metric.Cosine), new("body", 3, Metric.DotProduct));
        var settings = new ShardSettings("01JD", 3, 300, parts.RowComponents, Metric.Cosine, parts);
        AssertFrozen(PartsCheckpointHex, CheckpointForm.Encode(Checkpoint.First(settings)));
        Assert.Equal(settings, CheckpointForm.Decode(Convert.FromHexString(PartsCheckpointHex)).Settings);
    }

    [Fact]
    public void A_checkpoint_with_log_records_that_stayed_and_rows_with_several_vectors_is_version_4_and_reads_back()
    {
        var parts = new VectorParts(new("title", 17, Metric.Cosine), new("body", 3, Metric.DotProduct));
        var settings = new ShardSettings("01JD", 3, 300, parts.RowComponents, Metric.Cosine, parts);
        AssertFrozen(KeepingPartsHex, CheckpointForm.Encode(Keeping with { Settings = settings }));
        var found = CheckpointForm.Decode(Convert.FromHexString(KeepingPartsHex));
        Assert.Equal(settings, found.Settings);
        Assert.Equal(Keeping.Segments.Select(segment => segment.Name), found.Segments.Select(segment => segment.Name));
        Assert.Equal(KeepingPartsHex, Convert.ToHexStringLower(CheckpointForm.Encode(found).Span));
    }

    [Fact]
    public void A_checkpoint_of_a_shard_without_codes_is_version_5_and_the_same_otherwise()
    {
        var without = Full with { Settings = Full.Settings with { WithoutCodes = true } };
        var bytes = CheckpointForm.Encode(without);
        AssertFrozen($"{CheckpointHex[..8]}05{CheckpointHex[10..^16]}ec832c251685a66d", bytes);
        Assert.Equal(without.Settings, CheckpointForm.Decode(bytes).Settings);
    }

    [Fact]
    public void The_batch_reads_back()
    {
        var record = LogRecord.Decode(At, Convert.FromHexString(BatchHex));
        Assert.Equal((LogRecordKind.Batch, Writer, 4ul, 0x0102030405060708ul), (record.Kind, record.Writer, record.BatchNumber, record.Previous));
        var batch = record.ReadBatch(At);
        Assert.Equal(Batch.Answers[0].Token.ToArray(), Assert.Single(batch.Answers).Token.ToArray());
        Assert.Equal(Batch.Answers[0].Answer.ToArray(), batch.Answers[0].Answer.ToArray());
        Assert.Equal(Batch.Operations.Count, batch.Operations.Count);
        foreach (var (expected, found) in Batch.Operations.Zip(batch.Operations))
        {
            Assert.Equal((expected.Kind, expected.Id, expected.Number, expected.Metadata), (found.Kind, found.Id, found.Number, found.Metadata));
            Assert.Equal(Bits(expected.Vector), Bits(found.Vector));
        }
    }

    [Fact]
    public void The_announcement_reads_back()
    {
        var record = LogRecord.Decode(At, Convert.FromHexString(AnnounceHex));
        Assert.Equal((LogRecordKind.Announce, (16u, 3u)), (record.Kind, record.Announced));
    }

    [Fact]
    public void The_segment_reads_back_without_its_dead_row()
    {
        var built = BuildSegment();
        var stored = new StoredSegment(Name, 2, built.Bytes.Length, built.Checksum, 1, new byte[] { 1 });
        var target = new ShardModel();
        Assert.Equal(1, SegmentReader.Open(stored, 2, Convert.FromHexString(SegmentHex)).Deliver(target));
        var expected = new ShardModel();
        expected.Put(Rows[1].Id, Rows[1].Sequence, Rows[1].Vector.Span, Rows[1].Metadata);
        Assert.Equal(expected.Describe(), target.Describe());
    }

    [Fact]
    public void The_checkpoint_reads_back()
    {
        var found = CheckpointForm.Decode(Convert.FromHexString(CheckpointHex));
        Assert.Equal(Full.Settings, found.Settings);
        Assert.True(found.IsSameAs(Full));
        Assert.Equal(Full.Chain.AsEnumerable(), found.Chain);
        Assert.Equal(Full.LeftLogs.AsEnumerable(), found.LeftLogs);
        Assert.Equal(Full.LeftSegments.AsEnumerable(), found.LeftSegments);
        Assert.Equal(CheckpointHex, Convert.ToHexStringLower(CheckpointForm.Encode(found).Span));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(found.Segments[0].IsDead));
        Assert.False(found.Segments[1].IsDead(0));
    }

    [Fact]
    public void An_unknown_version_is_corrupt_data_that_names_it()
    {
        byte[] bytes = Convert.FromHexString(SealHex);
        bytes[4] = 5;
        var failure = Assert.Throws<FlatIndexException>(() => LogRecord.Decode(At, WithChecksum(bytes)));
        Assert.Equal((FlatErrorKind.CorruptData, RecordNames.Log(At)), (failure.Kind, failure.Error.Record));
        Assert.Contains("1 to 4 expected, found 5", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_claims_others_outstanding_and_counts_none_is_corrupt_data()
    {
        byte[] bytes = Convert.FromHexString(OutstandingHex);
        bytes[41] = 0;
        var failure = Assert.Throws<FlatIndexException>(() => LogRecord.Decode(At, WithChecksum(bytes)));
        Assert.Equal((FlatErrorKind.CorruptData, RecordNames.Log(At)), (failure.Kind, failure.Error.Record));
        Assert.Contains("at least 1 record outstanding expected in version 3, found 0", failure.Message, StringComparison.Ordinal);
    }

    private static byte[] WithChecksum(byte[] bytes)
    {
        var hash = new System.IO.Hashing.XxHash3();
        hash.Append(System.Text.Encoding.UTF8.GetBytes(RecordNames.Log(At)));
        hash.Append(bytes.AsSpan(0, bytes.Length - 8));
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 8), hash.GetCurrentHashAsUInt64());
        return bytes;
    }

    private static int[] Bits(ReadOnlyMemory<float> vector) => [.. vector.ToArray().Select(BitConverter.SingleToInt32Bits)];

    private static BuiltSegment BuildSegment()
    {
        var builder = new SegmentBuilder(2, 1_000);
        foreach (var row in Rows)
            Assert.True(builder.TryAdd(row));
        return builder.Build(Name);
    }

    private static void AssertFrozen(string expected, ReadOnlyMemory<byte> found) =>
        Assert.Equal(expected, Convert.ToHexStringLower(found.Span));
}
