using System.Numerics;
using System.Runtime.InteropServices;

namespace IqdbFlat.Cli.Numerics;

/// <summary>
/// A random rotation of n dimensions that costs n log n: rounds of random signs, a fast Walsh-Hadamard transform of the first p components
/// (p the largest power of two that is not above n), one of the last p, and a random permutation.
/// </summary>
/// <remarks>
/// Each part is orthogonal, so that lengths and angles are kept up to rounding; three rounds spread every axis over all others. It is
/// not drawn from the uniform distribution over rotations, which no reader of a spectrum can tell.
/// Only additions, subtractions and multiplications by one constant touch the data, component by component: the same bits on every machine.
/// </remarks>
internal sealed class OrthogonalMix
{
    private const int Rounds = 3;
    private readonly int _dimension;
    private readonly int _block;
    private readonly float _scale;
    private readonly float[][] _signs;
    private readonly int[][] _permutations;

    /// <summary>Draws the rotation of a dimension.</summary>
    public OrthogonalMix(int dimension, Xoshiro256 random)
    {
        _dimension = dimension;
        _block = 1 << BitOperations.Log2((uint)dimension);
        _scale = (float)(1 / Math.Sqrt(_block));
        _signs = new float[2 * Rounds][];
        _permutations = new int[Rounds][];
        for (int i = 0; i < _signs.Length; i++)
            _signs[i] = Signs(dimension, ref random);
        for (int i = 0; i < Rounds; i++)
            _permutations[i] = Permutation(dimension, ref random);
    }

    /// <summary>Rotates a vector. <paramref name="spare"/> is room for one more of its length.</summary>
    public void Apply(Span<float> vector, Span<float> spare)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Multiply(vector, _signs[2 * round]);
            Transform(vector[.._block]);
            Multiply(vector, _signs[(2 * round) + 1]);
            Transform(vector[(_dimension - _block)..]);
            vector.CopyTo(spare);
            int[] permutation = _permutations[round];
            for (int i = 0; i < _dimension; i++)
                vector[i] = spare[permutation[i]];
        }
    }

    private void Transform(Span<float> block)
    {
        for (int half = 1; half < block.Length; half *= 2)
        {
            for (int start = 0; start < block.Length; start += 2 * half)
                Butterfly(block.Slice(start, half), block.Slice(start + half, half));
        }

        foreach (ref float component in block)
            component *= _scale;
    }

    private static void Butterfly(Span<float> low, Span<float> high)
    {
        if (low.Length >= Vector<float>.Count)
        {
            var lows = MemoryMarshal.Cast<float, Vector<float>>(low);
            var highs = MemoryMarshal.Cast<float, Vector<float>>(high);
            for (int i = 0; i < lows.Length; i++)
                (lows[i], highs[i]) = (lows[i] + highs[i], lows[i] - highs[i]);
            return;
        }

        for (int i = 0; i < low.Length; i++)
            (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
    }

    private static void Multiply(Span<float> vector, float[] signs)
    {
        for (int i = 0; i < vector.Length; i++)
            vector[i] *= signs[i];
    }

    private static float[] Signs(int dimension, ref Xoshiro256 random)
    {
        var signs = new float[dimension];
        for (int i = 0; i < dimension; i++)
            signs[i] = (long)random.Next() < 0 ? -1 : 1;
        return signs;
    }

    private static int[] Permutation(int dimension, ref Xoshiro256 random)
    {
        var permutation = new int[dimension];
        for (int i = 0; i < dimension; i++)
        {
            int j = random.Below(i + 1);
            permutation[i] = permutation[j];
            permutation[j] = i;
        }

        return permutation;
    }
}
