using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.TopK;

/// <summary>Sixteen distances against a k-th at once: as a rule none of them comes near, and one answer serves for all.</summary>
internal static unsafe class NearDistances
{
    /// <summary>Distances that are looked at together.</summary>
    public const int Group = 16;

    /// <summary>Whether one of the distances has a key (<see cref="DistanceOrder.KeyOf"/>) of at most <paramref name="worst"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(float* distances, uint worst)
    {
        var limit = Vector256.Create(worst);
        var near = Vector256.LessThanOrEqual(KeysOf(Vector256.Load((uint*)distances)), limit)
            | Vector256.LessThanOrEqual(KeysOf(Vector256.Load((uint*)distances + 8)), limit);
        return near != Vector256<uint>.Zero;
    }

    private static Vector256<uint> KeysOf(Vector256<uint> bits) =>
        bits ^ (Vector256.ShiftRightArithmetic(bits.AsInt32(), 31).AsUInt32() | Vector256.Create(0x8000_0000));
}
