using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>The rows of one collection in this process. Reads take a snapshot and never wait; writes go one after the other, first to the file, where there is one.</summary>
internal sealed class EmbeddedTable : IDisposable
{
    private readonly Lock _writing = new();
    private readonly FlatIndex _index;
    private readonly ITableLog _log;
    private volatile bool _dropped;

    public EmbeddedTable(string name, CollectionShape shape, FlatIndexOptions options, ITableLog log)
    {
        Name = name;
        Form = new(shape);
        _index = Form.CreateIndex(options);
        _log = log;
    }

    public string Name { get; }

    public RowForm Form { get; }

    public FlatIndex Index => _index;

    /// <summary>Takes rows that the file has already, in the order in which they were written.</summary>
    public void Load(IReadOnlyList<Row> rows) => _index.UpsertBatch(rows);

    public void Upsert(IReadOnlyList<RecordRow> records)
    {
        var rows = new Row[records.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = Form.ToRow(records[i]);
        lock (_writing)
        {
            CheckThere();
            // All are looked at before the first is written, so that a batch is in whole or not at all.
            foreach (var row in rows)
                RowCheck.Check(row.Id, row.Vector.Span, row.Metadata, Form.Dimension, Form.Parts);
            _log.Upsert(rows);
            _index.UpsertBatch(rows);
        }
    }

    public bool TryInsert(in RecordRow record)
    {
        lock (_writing)
        {
            CheckThere();
            if (_index.Exists(record.Id))
                return false;
            Upsert([record]);
            return true;
        }
    }

    public void Delete(IReadOnlyList<RowId> ids)
    {
        lock (_writing)
        {
            CheckThere();
            foreach (var id in ids)
                RowIdLimits.Check(id);
            _log.Delete(ids);
            _index.DeleteBatch(ids);
        }
    }

    /// <summary>Ends the table: what is called on it later finds no collection.</summary>
    public void Drop()
    {
        lock (_writing)
        {
            _log.Drop();
            _dropped = true;
        }

        Dispose();
    }

    public RowSnapshot Read()
    {
        CheckThere();
        return _index.Snapshot;
    }

    public void Dispose() => _index.Dispose();

    private void CheckThere()
    {
        if (_dropped)
            throw FlatIndexException.IndexNotFound(Name);
    }
}
