namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>One component after the other: what the others are compared with.</summary>
internal readonly unsafe struct ScalarDots : ICodeDots
{
    public static bool IsSupported => true;

    public static void Compute(sbyte* query, sbyte* codes, nint stride, int rows, int* dots)
    {
        for (int row = 0; row < rows; row++, codes += stride)
        {
            int sum = 0;
            for (nint j = 0; j < stride; j++)
                sum += query[j] * codes[j];
            dots[row] = sum;
        }
    }
}
