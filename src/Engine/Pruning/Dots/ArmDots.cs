using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>Sixteen components at once with NEON's signed dot product.</summary>
internal readonly unsafe struct ArmDots : ICodeDots
{
    public static bool IsSupported => Dp.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Four(sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, nint stride, nint ahead) =>
        Vector128.Create(OneRow(query, row0, stride), OneRow(query, row1, stride), OneRow(query, row2, stride), OneRow(query, row3, stride));

    private static int OneRow(sbyte* query, sbyte* codes, nint stride)
    {
        Vector128<int> sum0 = default, sum1 = default;
        for (nint j = 0; j < stride; j += 2 * Vector128<sbyte>.Count)
        {
            sum0 = Dp.DotProduct(sum0, Vector128.Load(query + j), Vector128.Load(codes + j));
            sum1 = Dp.DotProduct(sum1, Vector128.Load(query + j + Vector128<sbyte>.Count), Vector128.Load(codes + j + Vector128<sbyte>.Count));
        }

        return Vector128.Sum(sum0 + sum1);
    }
}
