using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>
/// The sixteen lanes of the canonical arithmetic as one value. Each implementation is an instruction set; all give the same bits,
/// because a lane never meets another before the fold, and that adds in a fixed tree.
/// </summary>
/// <remarks>Kernels take the lanes as a type parameter: one source, compiled once for each width.</remarks>
/// <typeparam name="TSelf">The implementation.</typeparam>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Whether this processor runs the implementation as its name says. A constant to the compiler.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>+0.0 in every lane.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Sixteen floats from memory of any alignment; component j goes to lane j.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Lane by lane.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Lane by lane.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The sign bit cleared in every lane.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>left*right + addend in every lane, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>Adds 1 to the lanes of <paramref name="count"/> whose 32 bits differ in left and right.</summary>
    static abstract TSelf CountDifferent(TSelf left, TSelf right, TSelf count);

    /// <summary>The upper half of the fold: s[l] += s[l+8], then s[l] += s[l+4]. <see cref="LanesFold"/> does the rest.</summary>
    static abstract Vector128<float> FoldToFour(TSelf lanes);
}
