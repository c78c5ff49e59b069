using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>What <see cref="TileBound"/> needs of each row of a block, in single precision: once for all queries.</summary>
/// <param name="values">Room for three times as many floats as a block has rows at most.</param>
internal readonly unsafe struct TileTerms(float* values)
{
    /// <summary>Floats of all rows.</summary>
    public const int Floats = 3 * CodeLayout.MostBlockRows;

    private const int AtOnce = 4;

    /// <summary>For distances |x~|^2 less the square of the residual, lowered by more than the roundings of the test; for the dot product no less than |x~|.</summary>
    public float* Squares => values;

    /// <summary>The residuals.</summary>
    public float* Residuals => values + CodeLayout.MostBlockRows;

    /// <summary>The scales.</summary>
    public float* Scales => values + (2 * CodeLayout.MostBlockRows);

    /// <summary>Those of the rows from one on.</summary>
    public TileTerms From(int row) => new(values + row);

    /// <summary>Takes a block's terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(float* terms, CodeLayout layout)
    {
        int rows = layout.BlockRows;
        bool isProduct = layout.Form == BoundForm.Product;
        for (int at = 0; at < rows; at += AtOnce)
        {
            var scale = Vector128.Load(terms + at);
            float* norm = terms + rows + at;
            var residual = Vector128.Load(norm + rows);
            scale.Store(Scales + at);
            residual.Store(Residuals + at);
            (isProduct ? Vector128.Load(norm) : Square(scale, Vector128.Load((int*)norm), residual)).Store(Squares + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Square(Vector128<float> scale, Vector128<int> norm, Vector128<float> residual)
    {
        var scales = Avx.ConvertToVector256Double(scale);
        var residuals = Avx.ConvertToVector256Double(residual);
        var squares = scales * scales * Avx.ConvertToVector256Double(norm);
        var less = (squares * (1 - TileBound.Slack)) - (residuals * residuals * (1 + TileBound.Slack));
        var isNormal = Vector256.LessThanOrEqual(squares, Vector256.Create(TileBound.MostSquare));
        return Avx.ConvertToVector128Single(Vector256.ConditionalSelect(isNormal, less, Vector256.Create(double.NaN)));
    }
}
