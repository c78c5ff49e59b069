using System.Runtime.CompilerServices;

namespace IqdbFlat.Engine.Metrics;

/// <summary>The one NaN that is a distance: 0x7FC00000, positive and quiet, so that it ranks after +inf on every processor.</summary>
internal static class CanonicalNaN
{
    private const uint Bits = 0x7FC00000;

    /// <summary>The distance, or the canonical NaN for a NaN of whatever sign and payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float distance) => float.IsNaN(distance) ? BitConverter.UInt32BitsToSingle(Bits) : distance;
}
