using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.TopK;

/// <summary>
/// Distances as unsigned integers in IEEE total order: -inf &lt; ... &lt; -0.0 &lt; +0.0 &lt; ... &lt; +inf &lt; NaN.
/// A key gives its distance back to the bit.
/// </summary>
public static class DistanceOrder
{
    private const uint Sign = 0x80000000;

    /// <summary>The key of a canonical distance. NaN is 0x7FC00000 there, so no key reaches <see cref="uint.MaxValue"/>.</summary>
    public static uint KeyOf(float distance)
    {
        uint bits = BitConverter.SingleToUInt32Bits(distance);

        // Negative: larger magnitudes come first, so every bit turns. Positive: above all negatives.
        return (bits & Sign) != 0 ? ~bits : bits | Sign;
    }

    /// <summary>The keys of eight distances, given by their bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<uint> KeysOf(Vector256<uint> bits) =>
        bits ^ (Vector256.ShiftRightArithmetic(bits.AsInt32(), 31).AsUInt32() | Vector256.Create(Sign));

    /// <summary>The distance of a key.</summary>
    public static float FromKey(uint key) => BitConverter.UInt32BitsToSingle((key & Sign) != 0 ? key & ~Sign : ~key);
}
