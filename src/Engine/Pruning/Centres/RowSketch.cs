using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>
/// A vector in a few numbers: each component is added to one of them with a sign that looks random, so that distances of sketches are about
/// those of the vectors, whatever the axes. It costs a pass over the row.
/// </summary>
internal sealed unsafe class RowSketch
{
    /// <summary>Numbers of a sketch.</summary>
    public const int Width = 32;

    private readonly float[] _signs;

    /// <summary>Sketches for rows of a stride.</summary>
    public RowSketch(int stride)
    {
        _signs = new float[stride];
        for (int j = 0; j < stride; j++)
            _signs[j] = (RowIdHash.Mix((ulong)j + 1) & 1) == 0 ? 1 : -1;
    }

    /// <summary>Writes the sketch of <paramref name="factor"/> times a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(float* row, float factor, float* sketch)
    {
        var factors = Vector256.Create(factor);
        fixed (float* signs = _signs)
        {
            for (int at = 0; at < Width; at += Vector256<float>.Count)
            {
                Vector256<float> sum = default;
                for (int j = at; j < _signs.Length; j += Width)
                    sum += Vector256.Load(row + j) * Vector256.Load(signs + j);
                (sum * factors).Store(sketch + at);
            }
        }
    }
}
