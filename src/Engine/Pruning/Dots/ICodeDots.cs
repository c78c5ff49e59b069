namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>Exact integer products of one query's codes and many rows'. Every implementation gives the same integers.</summary>
/// <remarks>Codes are -127 to 127 and a vector has 65,536 at the most, so a product is below 2^30 in magnitude and no sum overflows.</remarks>
internal unsafe interface ICodeDots
{
    /// <summary>Whether this processor can run it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Writes the products of <paramref name="rows"/> rows, a multiple of 4.</summary>
    /// <param name="query">The codes of the query, and behind them their absolute values.</param>
    /// <param name="codes">The rows' codes, one row after the other.</param>
    /// <param name="stride">Bytes of a row, a multiple of 64.</param>
    /// <param name="rows">How many.</param>
    /// <param name="dots">Takes the products.</param>
    static abstract void Compute(sbyte* query, sbyte* codes, nint stride, int rows, int* dots);
}
