using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>The lower levels of the fold tree, which all vector widths share.</summary>
internal static class LanesFold
{
    /// <summary>Eight lanes: s[l] += s[l+4], then the rest of the tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> eight) => Sum(eight.GetLower() + eight.GetUpper());

    /// <summary>Four lanes: s[l] += s[l+2], then s[0] + s[1], then + 0.0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> four)
    {
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3));
        Vector128<float> one = two + Vector128.Shuffle(two, Vector128.Create(1, 1, 1, 1));
        return one.ToScalar() + 0.0f;
    }
}
