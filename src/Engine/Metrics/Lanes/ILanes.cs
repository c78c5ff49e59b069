using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>
/// The sixteen lanes of the canonical arithmetic as one value. Each implementation is an instruction set; all give the same bits,
/// because a lane never meets another before the fold, and that adds in a fixed tree.
/// </summary>
/// <remarks>Kernels take the lanes as a type parameter: one source, compiled once for each width.</remarks>
/// <typeparam name="TSelf">The implementation.</typeparam>
internal interface ILanes<TSelf> : IComponents<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Whether this processor runs the implementation as its name says. A constant to the compiler.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The upper half of the fold: s[l] += s[l+8], then s[l] += s[l+4]. <see cref="LanesFold"/> does the rest.</summary>
    static abstract Vector128<float> FoldToFour(TSelf lanes);
}
