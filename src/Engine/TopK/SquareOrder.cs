namespace IqdbFlat.Engine.TopK;

/// <summary>
/// Squares of Euclidean distances, compared with distances without a root for each: what a tile does with the many pairs of which next to none comes
/// near. The root rounds correctly, so it rises with the square, and up to one greatest square it is no more than a given distance.
/// </summary>
internal static class SquareOrder
{
    private static readonly uint Infinity = DistanceOrder.KeyOf(float.PositiveInfinity);
    private static readonly uint Zero = DistanceOrder.KeyOf(0f);

    /// <summary>The distance of a square, which is not negative or the canonical NaN.</summary>
    public static float DistanceOf(float square) => float.IsNaN(square) ? square : MathF.Sqrt(square);

    /// <summary>The greatest key of a square whose distance has a key of at most <paramref name="key"/>.</summary>
    /// <param name="key">The key of any distance, a caller's bound included, or <see cref="uint.MaxValue"/>.</param>
    public static uint LimitOf(uint key)
    {
        // No square lies below 0, so a key below that of 0 lets none in; there is no root to think of.
        if (key >= Infinity || key < Zero)
            return key;
        float distance = DistanceOrder.FromKey(key);

        // Halfway to the next float roots begin to round up. Halfway has 25 digits and the last of them is 1, so its square has all 50 and is no float:
        // it is exact here, and the greatest float below it is the limit.
        double halfway = ((double)distance + MathF.BitIncrement(distance)) / 2;
        double end = halfway * halfway;
        float square = Math.Min((float)end, float.MaxValue);
        if (square > end)
            square = MathF.BitDecrement(square);
        return DistanceOrder.KeyOf(square);
    }
}
