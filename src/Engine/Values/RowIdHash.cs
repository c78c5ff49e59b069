using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace IqdbFlat.Engine;

/// <summary>
/// The fixed hash of a row id. Routing and id lookup stand on it: it never changes, and it is the same on every machine.
/// </summary>
/// <remarks>
/// A number is mixed by the finalizer of SplitMix64; a byte string is XXH3 (64 bits, seed 0) over its bytes, mixed once
/// more so that the two kinds do not share a sequence.
/// </remarks>
public static class RowIdHash
{
    /// <summary>Slots an index spreads its rows over, before any shard is named.</summary>
    public const int Slots = 4096;

    /// <summary>The 64-bit hash of an id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Compute(in RowId id) =>
        id.BytesOrNull is { } bytes ? Mix(XxHash3.HashToUInt64(bytes) ^ 0xA5A5_5A5A_C3C3_3C3CUL) : Mix(id.Number);

    /// <summary>The slot of an id, 0 to 4,095: the hash's low 12 bits.</summary>
    public static int Slot(in RowId id) => (int)(Compute(id) & (Slots - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mix(ulong x)
    {
        x += 0x9E37_79B9_7F4A_7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return x ^ (x >> 31);
    }
}
