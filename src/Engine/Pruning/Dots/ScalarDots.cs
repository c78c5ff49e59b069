using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>One component after the other: what the others are compared with.</summary>
internal readonly unsafe struct ScalarDots : ICodeDots
{
    public static bool IsSupported => true;

    public static Vector128<int> Four(sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, nint stride, nint ahead) =>
        Vector128.Create(One(query, row0, stride), One(query, row1, stride), One(query, row2, stride), One(query, row3, stride));

    public static int One(sbyte* query, sbyte* row, nint stride)
    {
        int sum = 0;
        for (nint j = 0; j < stride; j++)
            sum += query[j] * row[j];
        return sum;
    }
}
