namespace IqdbFlat.Engine.Pruning;

/// <summary>From a residual in double, computed to within a few roundings, to a float that is no less than the true one.</summary>
/// <remarks>
/// A sum of at most 8,192 squares a lane, folded, is within 2^-39 of the true one, its root within 2^-40, a difference within 2^-53: a factor of
/// 1 + 2^-30 covers them. The factor of 1 + 2^-22 covers the rounding to float (2^-24) and leaves 2^-23 for the arithmetic of the bounds;
/// 2^-126 covers residuals below the normal range.
/// </remarks>
internal static class ResidualRounding
{
    private const double Computed = 1 + (1.0 / (1 << 30));
    private const double ToFloat = 1 + (1.0 / (1 << 22));
    private const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>A float no less than a number that was computed as <paramref name="value"/>.</summary>
    public static float Up(double value) => (float)((value * Computed * ToFloat) + SmallestNormal);
}
