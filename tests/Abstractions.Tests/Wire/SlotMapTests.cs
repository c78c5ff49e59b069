using IqdbFlat.Abstractions.Codecs;

namespace IqdbFlat.Abstractions.Tests.Wire;

public class SlotMapTests(WireSerializer wire)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(8193)]
    public void A_map_of_another_length_is_refused_as_it_arrives(int bytes)
    {
        byte[] message = wire.Write(new SlotMapSurrogate { Shards = new byte[bytes] });

        var refused = Assert.Throws<InvalidDataException>(() => wire.Read<SlotMap>(message));

        Assert.Equal($"A slot map has 8192 bytes, found {bytes}.", refused.Message);
    }

    [Fact]
    public void A_map_without_bytes_is_refused_as_it_arrives() =>
        Assert.Throws<InvalidDataException>(() => wire.Read<SlotMap>(wire.Write(default(SlotMapSurrogate))));

    [Fact]
    public void A_map_stays_absent() => Assert.Null(wire.Read<SlotMap?>(wire.Write<SlotMap?>(null)));
}
