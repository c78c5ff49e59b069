using System.Numerics;
using System.Runtime.InteropServices;

namespace IqdbFlat.Cli.Numerics;

/// <summary>
/// A random rotation of n dimensions that costs n log n: rounds of random signs, a fast Walsh-Hadamard transform of the first p components
/// (p the largest power of two that is not above n), one of the last p, and a random permutation.
/// </summary>
/// <remarks>
/// Each part is orthogonal, so that lengths and angles are kept up to rounding; two rounds spread every axis over all others. It is
/// not drawn from the uniform distribution over rotations, which no reader of a spectrum can tell.
/// Only additions, subtractions and multiplications by one constant touch the data, component by component: the same bits on every machine.
/// </remarks>
internal sealed class OrthogonalMix
{
    private const int Rounds = 2;
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
        int half = 1;
        for (; half < block.Length && half < Vector<float>.Count; half *= 2)
            ShortButterflies(block, half);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(block);
        for (half /= Vector<float>.Count; half < vectors.Length; half *= 2)
            LongButterflies(vectors, half);
        foreach (ref float component in block)
            component *= _scale;
    }

    private static void ShortButterflies(Span<float> block, int half)
    {
        for (int low = 0; low < block.Length; low += half)
        {
            for (int end = low + half; low < end; low++)
            {
                int high = low + half;
                (block[low], block[high]) = (block[low] + block[high], block[low] - block[high]);
            }
        }
    }

    /// <summary>The same butterflies, as many at once as the machine has lanes; each component sees the same operations.</summary>
    private static void LongButterflies(Span<Vector<float>> block, int half)
    {
        for (int low = 0; low < block.Length; low += half)
        {
            for (int end = low + half; low < end; low++)
            {
                int high = low + half;
                (block[low], block[high]) = (block[low] + block[high], block[low] - block[high]);
            }
        }
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
