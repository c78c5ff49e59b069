using System.Buffers;
using IqdbFlat.Abstractions.Tests.Frozen;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Tests.Wire;

/// <summary>Messages that were damaged or forged: each is read, or refused with an exception, in memory bounded by its bytes.</summary>
public class HostileMessageTests(WireSerializer wire)
{
    private const int Mutations = 400;

    [Theory]
    [MemberData(nameof(Exemplars.Names), MemberType = typeof(Exemplars))]
    public void A_message_that_is_cut_is_refused(string name)
    {
        var exemplar = Exemplars.Named(name);
        byte[] bytes = exemplar.Write(wire);
        for (int length = 0; length < bytes.Length; length += bytes.Length < 2000 ? 1 : 97)
            Assert.False(IsReadWithinBounds(exemplar, bytes[..length], $"cut at {length}"), $"{name} was read from its first {length} bytes of {bytes.Length}.");
    }

    [Theory]
    [MemberData(nameof(Exemplars.Names), MemberType = typeof(Exemplars))]
    public void A_message_with_bytes_changed_is_read_or_refused(string name)
    {
        var exemplar = Exemplars.Named(name);
        byte[] bytes = exemplar.Write(wire);
        for (int seed = 0; seed < Mutations; seed++)
            IsReadWithinBounds(exemplar, Mutate(bytes, new Random(seed)), $"mutation with seed {seed}");
    }

    [Theory]
    [InlineData(100u)]
    [InlineData(10_000u)]
    [InlineData(uint.MaxValue)]
    public void An_array_that_promises_more_than_the_message_holds_is_refused(uint count)
    {
        byte[] bytes = wire.WriteFields((ref Writer<ArrayBufferWriter<byte>> writer) =>
        {
            writer.WriteFieldHeader(0, typeof(ShardWriteReply), typeof(ShardWriteReply), WireType.TagDelimited);
            writer.WriteEndBase();
            writer.WriteFieldHeader(2, typeof(int[]), typeof(int[]), WireType.TagDelimited);
            UInt32Codec.WriteField(ref writer, 0, count);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

        Assert.False(IsReadWithinBounds(Exemplars.Named(nameof(ShardWriteReply)), bytes, $"with an array of {count}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_answers_that_each_promise_as_many_sequences_as_the_message_has_bytes_are_refused(bool asArrays)
    {
        const int Answers = 4000;
        const uint Promised = 32_000;
        byte[] bytes = wire.WriteFields((ref Writer<ArrayBufferWriter<byte>> writer) =>
        {
            writer.WriteFieldHeader(0, typeof(SearchReply), typeof(SearchReply), WireType.TagDelimited);
            writer.WriteEndBase();
            writer.WriteFieldHeader(0, typeof(HitBlock[]), typeof(HitBlock[]), WireType.TagDelimited);
            UInt32Codec.WriteField(ref writer, 0, Answers);
            for (int i = 0; i < Answers; i++)
            {
                writer.WriteFieldHeader(i == 0 ? 1u : 0u, typeof(HitBlock), typeof(HitBlock), WireType.TagDelimited);
                writer.WriteEndBase();
                if (asArrays)
                {
                    writer.WriteFieldHeader(2, typeof(SequenceColumn), typeof(ulong[]), WireType.TagDelimited);
                    UInt32Codec.WriteField(ref writer, 0, Promised);
                    writer.WriteEndObject();
                }
                else
                {
                    writer.WriteFieldHeader(2, typeof(SequenceColumn), typeof(SequenceColumn), WireType.LengthPrefixed);
                    writer.WriteVarUInt32(Promised);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.Write(new byte[Promised]);
        });

        Assert.False(IsReadWithinBounds(Exemplars.Named(nameof(SearchReply)), bytes, $"with {Answers} answers of {Promised} sequences"));
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var changed = bytes.ToList();
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            int place = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[place] = (byte)random.Next(256);
                    break;
                case 1:
                    changed[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    changed.Insert(place, (byte)random.Next(256));
                    break;
                case 3 when changed.Count > 1:
                    changed.RemoveAt(place);
                    break;
                default:
                    // The longest number that Orleans can read here.
                    changed.InsertRange(place, [0xF0, 0xFF, 0xFF, 0xFF, 0xFF]);
                    break;
            }
        }

        return [.. changed];
    }

    private bool IsReadWithinBounds(Exemplar exemplar, byte[] bytes, string how)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool read = TryRead(exemplar, bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Bound(bytes.Length), $"{exemplar.Name}, {how}: {allocated} bytes allocated for a message of {bytes.Length}.");
        return read;
    }

    private bool TryRead(Exemplar exemplar, byte[] bytes)
    {
        try
        {
            exemplar.Read(wire, bytes);
            return true;
        }
        catch (Exception refused) when (refused is not OutOfMemoryException)
        {
            return false;
        }
    }

    // A message of a few bytes may be refused with a long story: names of types are looked up, exceptions carry their stacks.
    private static long Bound(int bytes) => (64L * bytes) + (1 << 20);
}
