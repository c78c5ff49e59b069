using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Sixteen lanes one by one, with the emulated fused multiply-add: what runs where there is no vector unit.</summary>
internal unsafe struct LanesScalar : ILanes<LanesScalar>
{
    private const int Count = 16;

    private Sixteen _all;

    private LanesScalar(Sixteen all) => _all = all;

    public static bool IsSupported => true;

    public static LanesScalar Zero => default;

    public static LanesScalar Load(float* source)
    {
        Sixteen result = default;
        new ReadOnlySpan<float>(source, Count).CopyTo(result);
        return new(result);
    }

    public static LanesScalar operator +(LanesScalar left, LanesScalar right)
    {
        Sixteen result = default;
        for (int lane = 0; lane < Count; lane++)
        {
            result[lane] = left._all[lane] + right._all[lane];
        }

        return new(result);
    }

    public static LanesScalar operator -(LanesScalar left, LanesScalar right)
    {
        Sixteen result = default;
        for (int lane = 0; lane < Count; lane++)
        {
            result[lane] = left._all[lane] - right._all[lane];
        }

        return new(result);
    }

    public static LanesScalar Abs(LanesScalar value)
    {
        Sixteen result = default;
        for (int lane = 0; lane < Count; lane++)
        {
            result[lane] = MathF.Abs(value._all[lane]);
        }

        return new(result);
    }

    public static void AddProduct(LanesScalar left, LanesScalar right, ref LanesScalar sum)
    {
        for (int lane = 0; lane < Count; lane++)
        {
            sum._all[lane] = ExactFma.Compute(left._all[lane], right._all[lane], sum._all[lane]);
        }
    }

    public static LanesScalar CountDifferent(LanesScalar left, LanesScalar right, LanesScalar count)
    {
        Sixteen result = default;
        for (int lane = 0; lane < Count; lane++)
        {
            bool same = BitConverter.SingleToUInt32Bits(left._all[lane]) == BitConverter.SingleToUInt32Bits(right._all[lane]);
            result[lane] = count._all[lane] + (same ? 0.0f : 1.0f);
        }

        return new(result);
    }

    public static Vector128<float> FoldToFour(LanesScalar lanes)
    {
        Sixteen sums = lanes._all;
        for (int width = Count / 2; width >= 4; width /= 2)
        {
            for (int lane = 0; lane < width; lane++)
            {
                sums[lane] += sums[lane + width];
            }
        }

        return Vector128.Create(sums[0], sums[1], sums[2], sums[3]);
    }

    [InlineArray(Count)]
    private struct Sixteen
    {
        private float _first;
    }
}
