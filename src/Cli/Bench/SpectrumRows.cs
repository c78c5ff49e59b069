using IqdbFlat.Cli.Numerics;

namespace IqdbFlat.Cli.Bench;

/// <summary>
/// Unit vectors with a decaying spectrum: one of 200 centres with variance 1/i along axis i (i from 1), plus half as much noise of the same
/// shape (half the standard deviation along each axis), rotated by <see cref="OrthogonalMix"/>, and divided by its length.
/// </summary>
internal sealed class SpectrumRows : RowGenerator
{
    /// <summary>The centres.</summary>
    public const int Centres = 200;

    private const double Noise = 0.5;
    private readonly float[] _deviations;
    private readonly float[] _centres;
    private readonly OrthogonalMix _rotation;

    /// <summary>Draws centres and rotation.</summary>
    public SpectrumRows(int dimension, ulong seed)
        : base(dimension, seed)
    {
        _deviations = new float[dimension];
        for (int i = 0; i < dimension; i++)
            _deviations[i] = (float)(1 / Math.Sqrt(i + 1));
        _centres = new float[Centres * dimension];
        for (int centre = 0; centre < Centres; centre++)
        {
            var normals = Normals(RowStream.Shared, centre);
            for (int i = 0; i < dimension; i++)
                _centres[(centre * dimension) + i] = (float)(normals.Next() * _deviations[i]);
        }

        _rotation = new(dimension, Random(RowStream.Rotation, 0));
    }

    /// <inheritdoc/>
    public override void Fill(RowStream stream, long row, Span<float> vector)
    {
        using var scratch = new Scratch<double>(Dimension);
        using var spare = new Scratch<float>(Dimension);
        var random = Random(stream, row);
        var centre = _centres.AsSpan(random.Below(Centres) * Dimension, Dimension);
        var normals = new NormalSource(random);
        for (int i = 0; i < vector.Length; i++)
            vector[i] = (float)(centre[i] + (Noise * _deviations[i] * normals.Next()));
        _rotation.Apply(vector, spare.Span);
        for (int i = 0; i < vector.Length; i++)
            scratch.Span[i] = vector[i];
        UnitVector.Normalise(scratch.Span, vector);
    }
}
