namespace IqdbFlat.Cli.Bench;

/// <summary>Independent standard normal components.</summary>
internal sealed class NormalRows(int dimension, ulong seed) : RowGenerator(dimension, seed)
{
    /// <inheritdoc/>
    public override void Fill(RowStream stream, long row, Span<float> vector)
    {
        var normals = Normals(stream, row);
        foreach (ref float component in vector)
            component = (float)normals.Next();
    }
}
