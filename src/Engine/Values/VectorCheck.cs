using System.Numerics;
using System.Runtime.InteropServices;

namespace IqdbFlat.Engine;

/// <summary>What an index accepts as a vector or query.</summary>
public static class VectorCheck
{
    // A float is infinite or NaN where all eight bits of its exponent are set.
    private const uint Exponent = 0x7F80_0000;

    /// <summary>
    /// Throws <see cref="FlatErrorKind.DimensionMismatch"/> when the vector has not exactly <paramref name="dimension"/> components, then
    /// <see cref="FlatErrorKind.InvalidVector"/>, naming the first, when a component is NaN or infinite.
    /// </summary>
    public static void Check(ReadOnlySpan<float> vector, int dimension)
    {
        if (vector.Length != dimension)
            throw FlatIndexException.DimensionMismatch(dimension, vector.Length);
        int bad = IndexOfNonFinite(vector);
        if (bad >= 0)
            throw FlatIndexException.InvalidVector(bad, vector[bad]);
    }

    /// <summary>The place of the first component that is NaN or infinite; -1 when all are finite.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> vector)
    {
        var bits = MemoryMarshal.Cast<float, uint>(vector);
        var exponent = new Vector<uint>(Exponent);
        int i = 0;
        for (; i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            if (Vector.EqualsAny(new Vector<uint>(bits[i..]) & exponent, exponent))
                break;
        }

        // The tail, or the block that holds the one that was found.
        for (; i < bits.Length; i++)
        {
            if ((bits[i] & Exponent) == Exponent)
                return i;
        }

        return -1;
    }
}
