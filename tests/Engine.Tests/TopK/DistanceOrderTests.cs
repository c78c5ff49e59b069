using CsCheck;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.TopK;

public class DistanceOrderTests
{
    [Fact]
    public void Keys_rise_in_total_order()
    {
        float[] rising =
        [
            float.NegativeInfinity, float.MinValue, -1, -float.Epsilon, -0.0f, 0.0f, float.Epsilon, 1, float.MaxValue, float.PositiveInfinity,
            BitConverter.UInt32BitsToSingle(0x7FC00000),
        ];
        uint[] keys = [.. rising.Select(DistanceOrder.KeyOf)];
        Assert.Equal(keys.Order(), keys);
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.True(keys[^1] < uint.MaxValue);
    }

    [Fact]
    public void A_key_gives_its_distance_back_to_the_bit() => Gen.UInt.Sample(
        bits => BitConverter.SingleToUInt32Bits(DistanceOrder.FromKey(DistanceOrder.KeyOf(BitConverter.UInt32BitsToSingle(bits)))) == bits,
        iter: 100_000);

    [Fact]
    public void Numbers_compare_as_their_keys_do() => Gen.Select(Gen.Float, Gen.Float)
        .Where((a, b) => !float.IsNaN(a) && !float.IsNaN(b) && a != b)
        .Sample((a, b) => (a < b) == (DistanceOrder.KeyOf(a) < DistanceOrder.KeyOf(b)), iter: 100_000);
}
