using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>Exact integer products of one query's codes and many rows'. Every implementation gives the same integers.</summary>
/// <remarks>Codes are -127 to 127, those of a query -63 to 63, and a vector has 65,536 at the most: with 128 added to the row's a product is below 2^30.</remarks>
internal unsafe interface ICodeDots
{
    /// <summary>Whether this processor can run it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The products of four rows.</summary>
    /// <param name="query">The codes of the query, and what is behind them (<see cref="QueryCodes.WithSum"/>).</param>
    /// <param name="row0">The codes of a row.</param>
    /// <param name="row1">Those of another.</param>
    /// <param name="row2">Those of a third.</param>
    /// <param name="row3">Those of a fourth.</param>
    /// <param name="stride">Bytes of a row, a multiple of 64.</param>
    /// <param name="ahead">How far behind each byte that is read another one may be asked for early.</param>
    static abstract Vector128<int> Four(sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, nint stride, nint ahead);

    /// <summary>The product of one row.</summary>
    /// <param name="query">The codes of the query, and what is behind them (<see cref="QueryCodes.WithSum"/>).</param>
    /// <param name="row">The codes of the row.</param>
    /// <param name="stride">Bytes of a row, a multiple of 64.</param>
    static abstract int One(sbyte* query, sbyte* row, nint stride);
}
