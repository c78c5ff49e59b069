namespace IqdbFlat.Cli.Bench;

/// <summary>
/// Every third row, and every query, is one standard normal vector plus a ten-thousandth of another; the rest are standard normal. The bounds tell none of the near
/// rows from the others of them, wherever one looks: the share of survivors that costs pruning most.
/// </summary>
internal sealed class ThirdsRows(int dimension, ulong seed) : RowGenerator(dimension, seed)
{
    private const int OneIn = 3;
    private const double Difference = 1e-4;

    /// <inheritdoc/>
    public override void Fill(RowStream stream, long row, Span<float> vector)
    {
        var normals = Normals(stream, row);
        if (stream == RowStream.Base && row % OneIn != 0)
        {
            foreach (ref float component in vector)
                component = (float)normals.Next();
            return;
        }

        var centre = Normals(RowStream.Shared, 0);
        foreach (ref float component in vector)
            component = (float)(centre.Next() + (Difference * normals.Next()));
    }
}
