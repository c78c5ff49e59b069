namespace IqdbFlat.Cli.Bench;

/// <summary>
/// 10,000 plus a thousandth of a standard normal. Floats near 10,000 lie about a thousandth apart: differences are of a few units in the last
/// place, and many distances are equal.
/// </summary>
internal sealed class OffsetRows(int dimension, ulong seed) : RowGenerator(dimension, seed)
{
    private const double Offset = 1e4;
    private const double Difference = 1e-3;

    /// <inheritdoc/>
    public override void Fill(RowStream stream, long row, Span<float> vector)
    {
        var normals = Normals(stream, row);
        foreach (ref float component in vector)
            component = (float)(Offset + (Difference * normals.Next()));
    }
}
