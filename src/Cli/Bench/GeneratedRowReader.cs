using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Bench;

/// <summary>Generated rows in the place of a file's: one after another, with their number as id.</summary>
internal sealed class GeneratedRowReader(RowGenerator generator, RowStream stream, long rows, bool withMetadata = false) : RowReader
{
    private readonly float[] _vector = new float[generator.Dimension];

    /// <inheritdoc/>
    public override int? Dimension => generator.Dimension;

    /// <inheritdoc/>
    public override long? RowCount => rows;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        if (RowsRead == rows)
            return false;
        generator.Fill(stream, RowsRead, _vector);
        Id = (ulong)RowsRead;
        if (withMetadata)
            Metadata = generator.MetadataOf(RowsRead);
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long count) => Math.Min(count, rows - RowsRead);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
