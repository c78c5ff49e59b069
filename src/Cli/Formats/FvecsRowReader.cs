using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>Rows of a .fvecs file: every record has the first one's dimension, and the id is the row's number.</summary>
internal sealed class FvecsRowReader : RowReader
{
    private readonly VecsReader<float> _records;

    /// <summary>Reads a file.</summary>
    public FvecsRowReader(string path)
        : this(new VecsReader<float>(path))
    {
    }

    /// <summary>Reads a stream.</summary>
    public FvecsRowReader(Stream stream, string name)
        : this(new VecsReader<float>(stream, name))
    {
    }

    private FvecsRowReader(VecsReader<float> records)
    {
        _records = records;
        if (records.NextCount < 0)
            return;
        if (records.NextCount == 0)
        {
            records.Dispose();
            throw FileProblem.Corrupt(records.Name, 0, "expected a dimension of at least 1, found 0");
        }

        Dimension = records.NextCount;
    }

    /// <inheritdoc/>
    public override int? Dimension { get; }

    /// <inheritdoc/>
    public override long? RowCount => Dimension is { } dimension ? _records.Length / (4L + (4L * dimension)) : 0;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _records.Values;

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        int found = _records.NextCount;
        if (found >= 0 && found != Dimension)
            throw FileProblem.Dimension(_records.Name, RowsRead, Dimension!.Value, found);
        if (!_records.Read())
            return false;
        int bad = VectorCheck.IndexOfNonFinite(Vector.Span);
        if (bad >= 0)
            throw FileProblem.NotFinite(_records.Name, RowsRead, bad, FloatText.Of(Vector.Span[bad]));
        Id = (ulong)RowsRead;
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long rows) => Dimension is { } dimension ? _records.Skip(rows, dimension) : 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _records.Dispose();
}
