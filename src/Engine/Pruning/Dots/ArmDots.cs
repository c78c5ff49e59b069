using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>Sixteen components at once with NEON's signed dot product.</summary>
internal readonly unsafe struct ArmDots : ICodeDots
{
    public static bool IsSupported => Dp.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(sbyte* query, sbyte* codes, nint stride, int rows, int* dots)
    {
        for (int row = 0; row < rows; row++, codes += stride)
        {
            Vector128<int> sum0 = default, sum1 = default;
            for (nint j = 0; j < stride; j += 2 * Vector128<sbyte>.Count)
            {
                sum0 = Dp.DotProduct(sum0, Vector128.Load(query + j), Vector128.Load(codes + j));
                sum1 = Dp.DotProduct(sum1, Vector128.Load(query + j + Vector128<sbyte>.Count), Vector128.Load(codes + j + Vector128<sbyte>.Count));
            }

            dots[row] = Vector128.Sum(sum0 + sum1);
        }
    }
}
