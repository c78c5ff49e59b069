namespace IqdbFlat.Engine.Metrics;

/// <summary>
/// The distances of the contract written down as plainly as they can be: one component at a time, no vector instruction, no fused
/// multiply-add of the machine. Every faster path must give the same 32 bits.
/// </summary>
internal static class ReferenceDistance
{
    private const int Lanes = 16;

    /// <summary>The distance from <paramref name="query"/> to <paramref name="row"/>, which have the same length.</summary>
    public static float Compute(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        float distance = metric switch
        {
            Metric.Euclidean => MathF.Sqrt(SquaredDifferences(query, row)),
            Metric.SquaredEuclidean => SquaredDifferences(query, row),
            Metric.DotProduct => -Dot(query, row),
            Metric.Cosine => Cosine(Dot(query, row), Dot(query, query), Dot(row, row)),
            Metric.Manhattan => AbsoluteDifferences(query, row),
            Metric.Hamming => DifferentComponents(query, row),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "unknown metric"),
        };
        return float.IsNaN(distance) ? BitConverter.UInt32BitsToSingle(0x7FC00000) : distance;
    }

    private static float SquaredDifferences(ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        float[] lanes = new float[Lanes];
        for (int j = 0; j < query.Length; j++)
        {
            float difference = query[j] - row[j];
            lanes[j % Lanes] = ExactFma.Compute(difference, difference, lanes[j % Lanes]);
        }

        return Fold(lanes);
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float[] lanes = new float[Lanes];
        for (int j = 0; j < left.Length; j++)
        {
            lanes[j % Lanes] = ExactFma.Compute(left[j], right[j], lanes[j % Lanes]);
        }

        return Fold(lanes);
    }

    private static float AbsoluteDifferences(ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        float[] lanes = new float[Lanes];
        for (int j = 0; j < query.Length; j++)
        {
            lanes[j % Lanes] += MathF.Abs(query[j] - row[j]);
        }

        return Fold(lanes);
    }

    private static float DifferentComponents(ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        int count = 0;
        for (int j = 0; j < query.Length; j++)
        {
            if (BitConverter.SingleToUInt32Bits(query[j]) != BitConverter.SingleToUInt32Bits(row[j]))
            {
                count++;
            }
        }

        return count;
    }

    private static float Cosine(float product, float querySquares, float rowSquares)
    {
        float denominator = MathF.Sqrt(querySquares) * MathF.Sqrt(rowSquares);
        float smallestNormal = BitConverter.UInt32BitsToSingle(0x00800000); // 2^-126
        return denominator > smallestNormal ? 1.0f - (product / denominator) : 1.0f;
    }

    private static float Fold(float[] lanes)
    {
        for (int width = Lanes / 2; width > 0; width /= 2)
        {
            for (int lane = 0; lane < width; lane++)
            {
                lanes[lane] += lanes[lane + width];
            }
        }

        return lanes[0] + 0.0f; // -0.0 becomes +0.0
    }
}
