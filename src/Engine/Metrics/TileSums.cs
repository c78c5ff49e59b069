using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>The innermost loop of a tile: components of two queries and six rows into the sums of their twelve pairs.</summary>
/// <remarks>
/// <para>What bounds it is the arithmetic: a subtraction and a fused multiply-add for each register of components. To keep to that, loads must be
/// few, and enough sums must be under way for the time that a multiply-add takes: four cycles, two a cycle, so more than eight. Two queries by six
/// rows take eight loads for 24 operations. Twelve sums, two queries, a row and a difference are sixteen registers, all that AVX2 has. So the
/// sixteen lanes go by parts that fit a register each (<see cref="ILanePart{TSelf}"/>), one part after the other: a lane does not know which others
/// are computed beside it.</para>
/// <para>The sums lie in memory by pair, the six of the first query first, sixteen lanes each.</para>
/// </remarks>
internal static unsafe class TileSums
{
    public const int Rows = 6;
    public const int Queries = 2;

    /// <summary>Floats of the sums of all pairs.</summary>
    public const int Floats = Rows * Queries * Lanes;

    private const int Lanes = PreparedQuery.Granule;

    /// <summary>Adds <paramref name="length"/> components of every pair to its sums, or begins them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TPart, TOperator>(float* a, float* b, float* row0, nint stride, nint length, float* sums, bool begins)
        where TPart : struct, ILanePart<TPart>
        where TOperator : struct, IMetricOperator
    {
        float* row1 = row0 + stride;
        float* row2 = row1 + stride;
        float* row3 = row2 + stride;
        float* row4 = row3 + stride;
        float* row5 = row4 + stride;
        for (nint part = 0; part < Lanes; part += TPart.Width)
        {
            float* kept = sums + part;
            TPart a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5;
            if (begins)
            {
                a0 = a1 = a2 = a3 = a4 = a5 = b0 = b1 = b2 = b3 = b4 = b5 = TPart.Zero;
            }
            else
            {
                a0 = TPart.Load(kept);
                a1 = TPart.Load(kept + Lanes);
                a2 = TPart.Load(kept + (2 * Lanes));
                a3 = TPart.Load(kept + (3 * Lanes));
                a4 = TPart.Load(kept + (4 * Lanes));
                a5 = TPart.Load(kept + (5 * Lanes));
                b0 = TPart.Load(kept + (6 * Lanes));
                b1 = TPart.Load(kept + (7 * Lanes));
                b2 = TPart.Load(kept + (8 * Lanes));
                b3 = TPart.Load(kept + (9 * Lanes));
                b4 = TPart.Load(kept + (10 * Lanes));
                b5 = TPart.Load(kept + (11 * Lanes));
            }

            for (nint at = part; at < length; at += Lanes)
            {
                TPart left = TPart.Load(a + at);
                TPart right = TPart.Load(b + at);
                TPart row = TPart.Load(row0 + at);
                TOperator.Step(left, row, ref a0);
                TOperator.Step(right, row, ref b0);
                row = TPart.Load(row1 + at);
                TOperator.Step(left, row, ref a1);
                TOperator.Step(right, row, ref b1);
                row = TPart.Load(row2 + at);
                TOperator.Step(left, row, ref a2);
                TOperator.Step(right, row, ref b2);
                row = TPart.Load(row3 + at);
                TOperator.Step(left, row, ref a3);
                TOperator.Step(right, row, ref b3);
                row = TPart.Load(row4 + at);
                TOperator.Step(left, row, ref a4);
                TOperator.Step(right, row, ref b4);
                row = TPart.Load(row5 + at);
                TOperator.Step(left, row, ref a5);
                TOperator.Step(right, row, ref b5);
            }

            TPart.Store(a0, kept);
            TPart.Store(a1, kept + Lanes);
            TPart.Store(a2, kept + (2 * Lanes));
            TPart.Store(a3, kept + (3 * Lanes));
            TPart.Store(a4, kept + (4 * Lanes));
            TPart.Store(a5, kept + (5 * Lanes));
            TPart.Store(b0, kept + (6 * Lanes));
            TPart.Store(b1, kept + (7 * Lanes));
            TPart.Store(b2, kept + (8 * Lanes));
            TPart.Store(b3, kept + (9 * Lanes));
            TPart.Store(b4, kept + (10 * Lanes));
            TPart.Store(b5, kept + (11 * Lanes));
        }
    }
}
