namespace IqdbFlat.Cli.Numerics;

/// <summary>Vectors of length 1.</summary>
internal static class UnitVector
{
    /// <summary>
    /// Divides every component by the length and rounds to floats; squares are added in double in rising order, so that the bits are the
    /// same everywhere. A vector without length stays zero.
    /// </summary>
    /// <returns>Whether the vector had a length.</returns>
    public static bool Normalise(ReadOnlySpan<double> vector, Span<float> unit)
    {
        double square = 0;
        foreach (double component in vector)
            square += component * component;
        double length = Math.Sqrt(square);
        bool hasLength = length > 0;
        for (int i = 0; i < vector.Length; i++)
            unit[i] = hasLength ? (float)(vector[i] / length) : 0;
        return hasLength;
    }
}
