using CsCheck;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine.Tests.Encoding;

/// <summary>Bytes from anywhere: readers answer with a value or <see cref="InvalidDataException"/>, in memory bounded by the bytes.</summary>
public class HostileBytesTests
{
    private static readonly Bytes.Read<object?>[] Readers =
    [
        (ref ByteReader i) => BinaryForm.ReadRowId(ref i),
        (ref ByteReader i) => BinaryForm.ReadMetadataValue(ref i),
        (ref ByteReader i) => BinaryForm.ReadMetadata(ref i),
        (ref ByteReader i) => BinaryForm.ReadFilter(ref i),
        (ref ByteReader i) => BinaryForm.ReadOptionalFilter(ref i),
    ];

    // Small bytes are the tags and counts, so that random input gets far.
    private static readonly Gen<byte[]> Noise = Gen.Frequency((5, Gen.Byte[0, 14]), (1, Gen.Byte)).Array[0, 60];

    [Fact]
    public void Random_bytes_give_a_value_or_invalid_data() => Noise.Sample(bytes =>
    {
        foreach (var read in Readers)
            ReadOrRefuse(bytes, read);
    }, iter: 20_000);

    [Fact]
    public void A_form_that_is_cut_anywhere_is_refused() => Gen.Select(Generators.Metadata, Generators.FilterOver(Generators.Text), Generators.Id).Sample((metadata, filter, id) =>
    {
        AssertRefusedWhenCut(Bytes.Written(o => BinaryForm.Write(o, id)), Readers[0]);
        AssertRefusedWhenCut(Bytes.Written(o => BinaryForm.Write(o, metadata)), Readers[2]);
        AssertRefusedWhenCut(Bytes.Written(o => BinaryForm.Write(o, filter)), Readers[3]);
        AssertRefusedWhenCut(Bytes.Written(o => BinaryForm.WriteOptional(o, filter)), Readers[4]);
    }, iter: 300);

    [Fact]
    public void A_form_with_one_byte_changed_gives_a_value_or_invalid_data() =>
        Gen.Select(Generators.FilterOver(Generators.Text), Generators.Metadata, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((filter, metadata, place, value) =>
        {
            byte[] filterBytes = Bytes.Written(o => BinaryForm.Write(o, filter));
            filterBytes[place % filterBytes.Length] = value;
            ReadOrRefuse(filterBytes, Readers[3]);
            byte[] metadataBytes = Bytes.Written(o => BinaryForm.Write(o, metadata));
            metadataBytes[place % metadataBytes.Length] = value;
            ReadOrRefuse(metadataBytes, Readers[2]);
        }, iter: 5_000);

    [Fact]
    public void Counts_that_promise_more_than_the_bytes_hold_allocate_next_to_nothing()
    {
        foreach (string hex in new[] { "ffffffff07", "07ffffffff07", "080702ffffffff07", "06" + "00" + "ffffffff07", "01ffffffff07", "04ffffffff07" })
        {
            byte[] bytes = [.. Convert.FromHexString(hex), .. new byte[50]];
            foreach (var read in Readers)
                Assert.InRange(AllocatedBy(bytes, read), 0, 20_000);
        }
    }

    [Fact]
    public void Nested_counts_cannot_multiply()
    {
        // Each And claims as many children as all of the bytes after it could hold: without a common account, quadratic memory.
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        const int Length = 20_000;
        while (output.WrittenCount < Length - 10)
        {
            ByteWriter.WriteByte(output, 7);
            ByteWriter.WriteVarint(output, (ulong)((Length - output.WrittenCount - 4) / 2));
        }

        byte[] bytes = [.. output.WrittenSpan, .. new byte[Length - output.WrittenCount]];
        Assert.InRange(AllocatedBy(bytes, Readers[3]), 0, 100L * Length);
    }

    [Fact]
    public void Memory_is_a_small_multiple_of_the_bytes()
    {
        const int Count = 300_000;
        byte[] nots = [.. Enumerable.Repeat((byte)9, Count), 7, 0];
        byte[] ands = Bytes.Written(o =>
        {
            ByteWriter.WriteByte(o, 7);
            ByteWriter.WriteVarint(o, Count);
            for (int i = 0; i < Count; i++)
                ByteWriter.WriteBytes(o, [8, 0]);
        });
        byte[] nulls = Bytes.Written(o =>
        {
            ByteWriter.WriteBytes(o, [6, 0]);
            ByteWriter.WriteVarint(o, Count);
            ByteWriter.WriteBytes(o, new byte[Count]);
        });
        foreach (byte[] bytes in new[] { nots, ands, nulls })
            Assert.InRange(AllocatedBy(bytes, Readers[3]), 0, 200L * bytes.Length);
    }

    [Fact]
    public void A_filter_past_the_bytes_that_a_form_may_have_is_refused()
    {
        byte[] bytes = Bytes.Written(o =>
        {
            ByteWriter.WriteBytes(o, [6, 0]);
            ByteWriter.WriteVarint(o, BinaryForm.MaxFilterBytes);
            ByteWriter.WriteBytes(o, new byte[BinaryForm.MaxFilterBytes]);
        });
        Assert.Throws<InvalidDataException>(() => Bytes.ReadAll(bytes, BinaryForm.ReadFilter));
    }

    [Theory]
    [InlineData("02", "kind 0 or 1, found 2")]
    public void An_unknown_kind_of_id_is_named(string hex, string reason) => AssertReason(hex, reason, Readers[0]);

    [Theory]
    [InlineData("07", "kind 0 to 6, and in an array 0 to 5, found 7")]
    [InlineData("0601" + "0600", "found 6")]
    [InlineData("0602" + "0100" + "0202", "elements of one kind, found Bool and Int")]
    [InlineData("05" + "ffffffffffffffff" + "00", "years 1 to 9999")]
    [InlineData("05" + "0000000000000000" + "01", "years 1 to 9999")]
    [InlineData("05" + "0040e30000000000" + "920d", "within 840 minutes")]
    [InlineData("0102", "0 or 1, found 2")]
    public void An_unknown_kind_of_value_is_named(string hex, string reason) => AssertReason(hex, reason, Readers[1]);

    [Theory]
    [InlineData("02" + "016200" + "016100", "must rise")]
    [InlineData("02" + "016100" + "016100", "must rise")]
    public void Fields_out_of_order_or_twice_are_refused(string hex, string reason) => AssertReason(hex, reason, Readers[2]);

    [Theory]
    [InlineData("0f", "kind 0 to 14, found 15")]
    [InlineData("0702" + "0700", "bytes")]
    public void A_damaged_filter_is_refused(string hex, string reason) => AssertReason(hex, reason, Readers[3]);

    private static void AssertReason(string hex, string reason, Bytes.Read<object?> read) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => { Bytes.ReadHex(hex, read); }).Message, StringComparison.Ordinal);

    private static void AssertRefusedWhenCut(byte[] bytes, Bytes.Read<object?> read)
    {
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => { Bytes.ReadAll(bytes[..length], read); });
    }

    private static bool ReadOrRefuse(byte[] bytes, Bytes.Read<object?> read)
    {
        try
        {
            var input = new ByteReader(bytes);
            read(ref input);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static long AllocatedBy(byte[] bytes, Bytes.Read<object?> read)
    {
        ReadOrRefuse(bytes, read);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadOrRefuse(bytes, read);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
