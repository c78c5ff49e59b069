using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>One component after the other: what the others are compared with.</summary>
internal readonly unsafe struct ScalarDots : ICodeDots
{
    public static bool IsSupported => true;

    public static Vector128<int> Four(sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, nint stride, nint ahead) =>
        Vector128.Create(OneRow(query, row0, stride), OneRow(query, row1, stride), OneRow(query, row2, stride), OneRow(query, row3, stride));

    private static int OneRow(sbyte* query, sbyte* codes, nint stride)
    {
        int sum = 0;
        for (nint j = 0; j < stride; j++)
            sum += query[j] * codes[j];
        return sum;
    }
}
