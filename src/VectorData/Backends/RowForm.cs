using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>
/// Records as rows of an index: a collection is an index whose parts are its vector properties, so that one write carries all of a record. An index needs a vector, so the
/// rows of a collection without any have one of a single 0.
/// </summary>
internal sealed class RowForm
{
    private static readonly float[] NoVector = [0];

    public RowForm(CollectionShape shape)
    {
        Shape = shape;
        Parts = shape.Vectors.Count == 0 ? null : new VectorParts([.. shape.Vectors.Select(vector => new VectorPart(vector.Name, vector.Dimension, vector.Metric))]);
    }

    public CollectionShape Shape { get; }

    /// <summary>The shape of the collection that an index is.</summary>
    public static CollectionShape ShapeOf(VectorParts? parts) => new([.. parts?.Select(part => new VectorColumn(part.Name, part.Dimension, part.Metric)) ?? []]);

    /// <summary>The named vectors of a row; null in a collection without any.</summary>
    public VectorParts? Parts { get; }

    public int Dimension => Parts?.RowComponents ?? NoVector.Length;

    public Metric Metric => Parts?[0].Metric ?? Metric.Euclidean;

    public FlatIndex CreateIndex(FlatIndexOptions options) => Parts is null ? new(Dimension, Metric, options) : new(Parts, options);

    public Row ToRow(in RecordRow record)
    {
        if (Parts is null)
            return new(record.Id, NoVector, record.Metadata);
        var vectors = record.Vectors;
        return new(record.Id, Parts.Pack(Shape.Vectors.Select((column, i) => (column.Name, vectors[i]))), record.Metadata);
    }

    /// <summary>
    /// Records as rows, all of them looked at: the first that no index accepts throws. Index and client look again, at each row when they come to it, which is too late for a batch that is to be written whole or
    /// not at all: rows before it would be in the file, or sent.
    /// </summary>
    public Row[] ToRows(IReadOnlyList<RecordWrite> records)
    {
        var rows = new Row[records.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = ToRow(records[i].Row);
            RowCheck.Check(rows[i].Id, rows[i].Vector.Span, rows[i].Metadata, Dimension, Parts);
        }

        return rows;
    }

    /// <summary>A row that a search found, without its vectors.</summary>
    public static RecordRow ToRecord(in Hit hit) => new(hit.Id, hit.Metadata ?? Metadata.Empty, RecordRow.NoVectors, hit.Sequence);

    public RecordRow ToRecord(in StoredRow row, bool includeVectors)
    {
        if (Parts is null || !includeVectors)
            return new(row.Id, row.Metadata, RecordRow.NoVectors, row.Sequence);
        var vectors = new ReadOnlyMemory<float>?[Parts.Count];
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = Parts.PartOf(row.Vector, Parts[i].Name);
        return new(row.Id, row.Metadata, vectors, row.Sequence);
    }
}
