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
        Vector128.Create(One(query, row0, stride), One(query, row1, stride), One(query, row2, stride), One(query, row3, stride));

    public static int One(sbyte* query, sbyte* row, nint stride)
    {
        Vector128<int> sum0 = default, sum1 = default;
        for (nint j = 0; j < stride; j += 2 * Vector128<sbyte>.Count)
        {
            sum0 = Dp.DotProduct(sum0, Vector128.Load(query + j), Vector128.Load(row + j));
            sum1 = Dp.DotProduct(sum1, Vector128.Load(query + j + Vector128<sbyte>.Count), Vector128.Load(row + j + Vector128<sbyte>.Count));
        }

        return Vector128.Sum(sum0 + sum1);
    }
}
