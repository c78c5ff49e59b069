using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Metrics;

/// <summary>The one NaN that is a distance: 0x7FC00000, positive and quiet, so that it ranks after +inf on every processor.</summary>
internal static class CanonicalNaN
{
    private const uint Bits = 0x7FC00000;

    /// <summary>The distances, with the canonical NaN for a NaN of whatever sign and payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> distances) =>
        Vector128.ConditionalSelect(Vector128.Equals(distances, distances), distances, Vector128.Create(Bits).AsSingle());
}
