namespace IqdbFlat.Engine.Columns;

/// <summary>One field over the rows of a segment.</summary>
internal sealed class Column(string field)
{
    private const int ObjectBytes = 160;

    private ColumnContent _content = new GrowingColumn();

    /// <summary>The field's name.</summary>
    public string Field { get; } = field;

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes => ObjectBytes + (2L * Field.Length) + Content.EstimatedBytes;

    /// <summary>What it holds. A reader takes it once for one look.</summary>
    public ColumnContent Content => Volatile.Read(ref _content);

    /// <summary>Gives a row, later than all before, its value. Writer only, before <see cref="Seal"/>.</summary>
    public void Append(int offset, in MetadataValue value) => ((GrowingColumn)_content).Append(offset, value);

    /// <summary>The value of a row that has the field.</summary>
    public MetadataValue Read(int offset) => Content.Read(offset);

    /// <summary>Ends appending: where it pays, the content takes the form that filters are fastest on. Writer only.</summary>
    /// <param name="before">The field's column in the segment before, if it is sealed.</param>
    public void Seal(SealedColumn? before = null)
    {
        if (_content is not GrowingColumn growing)
            return;
        if (SealedColumn.IsWorthwhile(growing))
            Volatile.Write(ref _content, new SealedColumn(growing, before));
        else
            growing.Seal();
    }
}
