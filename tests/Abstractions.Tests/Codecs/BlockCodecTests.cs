using System.Buffers;
using IqdbFlat.Engine;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Tests.Codecs;

/// <summary>What all blocks have in common: honest lengths, and errors that say what was expected and found.</summary>
public class BlockCodecTests(WireSerializer wire)
{
    private const int MaxBytes = 100 * 1024 * 1024;

    [Theory]
    [InlineData(1000u)]
    [InlineData(20_000u)]
    [InlineData((uint)MaxBytes)]
    [InlineData(MaxBytes + 4u)]
    [InlineData(uint.MaxValue - 3)]
    [InlineData(0x80000000u)]
    public void A_length_past_the_end_of_the_message_is_refused_before_memory_is_taken(uint length)
    {
        AssertRefusedCheaply<FloatVector>(length, new byte[64]);
        AssertRefusedCheaply<RowIdColumn>(length, new byte[64]);
        AssertRefusedCheaply<SequenceColumn>(length, new byte[64]);
        AssertRefusedCheaply<MetadataColumn>(length, new byte[64]);
        AssertRefusedCheaply<FilterExpression>(length, new byte[64]);
    }

    [Fact]
    public void A_length_past_what_a_message_can_hold_is_named() => Assert.Equal(
        $"A block of floats has at most {MaxBytes} bytes, found {MaxBytes + 4}.",
        Assert.Throws<InvalidDataException>(() => wire.Read<FloatVector>(Block<FloatVector>(MaxBytes + 4u, []))).Message);

    [Theory]
    [InlineData(1u)]
    [InlineData(6u)]
    public void Floats_take_four_bytes_each(uint length) => Assert.Equal(
        $"A block of floats has a multiple of 4 bytes, found {length}.",
        Assert.Throws<InvalidDataException>(() => wire.Read<FloatVector>(Block<FloatVector>(length, new byte[length]))).Message);

    [Theory]
    [InlineData(1u)]
    [InlineData(7u)]
    [InlineData(12u)]
    public void Sequences_take_eight_bytes_each(uint length) => Assert.Equal(
        $"A column of sequences has a multiple of 8 bytes, found {length}.",
        Assert.Throws<InvalidDataException>(() => wire.Read<SequenceColumn>(Block<SequenceColumn>(length, new byte[length]))).Message);

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("00" + "01020304050607")]
    [InlineData("01" + "ffffffff0f" + "00")]
    [InlineData("01" + "01" + "02")]
    [InlineData("01" + "00" + "00")]
    [InlineData("01" + "01" + "01ffffffff0f")]
    public void A_damaged_column_of_ids_is_refused(string hex) => AssertDamaged<RowIdColumn>(hex);

    [Theory]
    [InlineData("")]
    [InlineData("02" + "00")]
    [InlineData("01" + "02")]
    [InlineData("00" + "00")]
    [InlineData("ffffffff0f" + "00")]
    [InlineData("01" + "01" + "ffffffff0f")]
    public void A_damaged_column_of_metadata_is_refused(string hex) => AssertDamaged<MetadataColumn>(hex);

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("0000")]
    [InlineData("01")]
    [InlineData("01" + "0a")]
    [InlineData("01" + "07ffffffff0f")]
    public void A_damaged_filter_is_refused(string hex) => AssertDamaged<FilterExpression>(hex);

    [Theory]
    [InlineData(WireType.VarInt)]
    [InlineData(WireType.TagDelimited)]
    [InlineData(WireType.Fixed32)]
    public void A_block_of_another_wire_type_is_refused(WireType type)
    {
        byte[] message = wire.WriteFields((ref Writer<ArrayBufferWriter<byte>> writer) =>
            writer.WriteFieldHeader(0, typeof(FloatVector), typeof(FloatVector), type));

        Assert.Equal(
            $"A block of floats is written as one length-prefixed block, found wire type {type}.",
            Assert.Throws<InvalidDataException>(() => wire.Read<FloatVector>(message)).Message);
    }

    [Fact]
    public void Floats_beyond_one_block_are_refused_as_they_are_written()
    {
        AssertTooLong(new FloatVector(new float[(MaxBytes / sizeof(float)) + 1]), MaxBytes + 4);
        Assert.Equal(MaxBytes / sizeof(float), wire.RoundTrip(new FloatVector(new float[MaxBytes / sizeof(float)])).Length);
    }

    [Fact]
    public void Sequences_beyond_one_block_are_refused_as_they_are_written()
    {
        AssertTooLong(new SequenceColumn(new ulong[(MaxBytes / sizeof(ulong)) + 1]), MaxBytes + 8);
        Assert.Equal(MaxBytes / sizeof(ulong), wire.RoundTrip(new SequenceColumn(new ulong[MaxBytes / sizeof(ulong)])).Count);
    }

    [Fact]
    public void A_column_of_sequences_without_an_array_has_no_place()
    {
        SequenceColumn none = default;

        Assert.Equal((0, 0), (none.Count, none.Span.Length));
        Assert.Throws<IndexOutOfRangeException>(() => none[0]);
        Assert.Equal(7UL, new SequenceColumn([5, 7])[^1]);
    }

    [Fact]
    public void Ids_beyond_one_block_are_refused_as_they_are_written()
    {
        var ids = new RowId[(MaxBytes / sizeof(ulong)) + 1];
        AssertTooLong(new RowIdColumn(ids), 1 + (ids.Length * sizeof(ulong)));
        ids[0] = RowId.FromBytes([1]);
        AssertTooLong(new RowIdColumn(ids), 1 + 4 + 3 + ((ids.Length - 1) * 9));
    }

    [Fact]
    public void Metadata_beyond_one_block_is_refused_as_it_is_written()
    {
        var row = Metadata.From(("text", new string('x', 1 << 20)));
        AssertTooLong(new MetadataColumn(Enumerable.Repeat(row, 101).ToArray()), 1 + (101 * (1 + 1 + 5 + 1 + 3 + (1 << 20))));
    }

    private void AssertTooLong<T>(T value, int bytes)
        where T : struct
    {
        wire.Write(default(T));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<FlatIndexException>(() => wire.Write(value));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, refused.Error.Kind);
        Assert.Equal($"resource limit exceeded: at most {MaxBytes} bytes in one block of a message, found {bytes}", refused.Message);
    }

    private void AssertDamaged<T>(string hex)
    {
        byte[] content = Convert.FromHexString(hex);
        Assert.Throws<InvalidDataException>(() => wire.Read<T>(Block<T>((uint)content.Length, content)));
    }

    private void AssertRefusedCheaply<T>(uint length, byte[] content)
    {
        byte[] message = Block<T>(length, content);
        Assert.ThrowsAny<Exception>(() => wire.Read<T>(message));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsAny<Exception>(() => wire.Read<T>(message));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    private byte[] Block<T>(uint length, byte[] content) => wire.WriteFields((ref Writer<ArrayBufferWriter<byte>> writer) =>
    {
        writer.WriteFieldHeader(0, typeof(T), typeof(T), WireType.LengthPrefixed);
        writer.WriteVarUInt32(length);
        writer.Write(content);
    });
}
