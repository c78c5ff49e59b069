using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Demo;

/// <summary>The members of a corpus as rows: their place as id, their embedding as vector.</summary>
internal sealed class DemoRowReader(DemoCorpus corpus, MemberEmbedding embedding) : RowReader
{
    private readonly float[] _vector = new float[MemberEmbedding.Dimension];

    /// <inheritdoc/>
    public override int? Dimension => MemberEmbedding.Dimension;

    /// <inheritdoc/>
    public override long? RowCount => corpus.Members.Count;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        if (RowsRead == corpus.Members.Count)
            return false;
        var member = corpus.Members[(int)RowsRead];
        embedding.Embed(member, _vector);
        Id = (ulong)RowsRead;
        Metadata = MemberMetadata.Of(member);
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long rows) => Math.Min(rows, corpus.Members.Count - RowsRead);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
