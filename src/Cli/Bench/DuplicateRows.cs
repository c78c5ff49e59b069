namespace IqdbFlat.Cli.Bench;

/// <summary>
/// Rows drawn at random from few different standard normal vectors, on average <see cref="RowsOfOne"/> rows of each, and 4,096 vectors at the most:
/// every distance is shared by hundreds of rows. Queries are drawn from the same vectors.
/// </summary>
internal sealed class DuplicateRows(int dimension, long rows, ulong seed) : RowGenerator(dimension, seed)
{
    /// <summary>Rows with the same vector, on average.</summary>
    public const int RowsOfOne = 256;

    private const int MostVectors = 4_096;

    /// <summary>The number of different vectors.</summary>
    public int Vectors { get; } = (int)Math.Clamp(rows / RowsOfOne, 1, MostVectors);

    /// <inheritdoc/>
    public override void Fill(RowStream stream, long row, Span<float> vector)
    {
        var normals = Normals(RowStream.Shared, Random(stream, row).Below(Vectors));
        foreach (ref float component in vector)
            component = (float)normals.Next();
    }
}
