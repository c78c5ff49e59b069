using IqdbFlat.Cli.Numerics;

namespace IqdbFlat.Cli.Bench;

/// <summary>Standard normal vectors divided by their length: uniform on the sphere.</summary>
internal sealed class UnitRows(int dimension, ulong seed) : RowGenerator(dimension, seed)
{
    /// <inheritdoc/>
    public override void Fill(RowStream stream, long row, Span<float> vector)
    {
        using var scratch = new Scratch<double>(Dimension);
        var normals = Normals(stream, row);
        foreach (ref double component in scratch.Span)
            component = normals.Next();
        UnitVector.Normalise(scratch.Span, vector);
    }
}
