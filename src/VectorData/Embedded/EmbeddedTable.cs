using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>The rows of one collection in this process. Reads take a snapshot and never wait; writes go one after the other, first to the file, where there is one.</summary>
internal sealed class EmbeddedTable(string name, RowForm form, FlatIndex index, ITableLog log) : IDisposable
{
    private readonly Lock _writing = new();
    private volatile bool _dropped;

    public string Name => name;

    public RowForm Form => form;

    public FlatIndex Index => index;

    /// <summary>Takes rows that the file has already, in the order in which they were written.</summary>
    public void Load(IReadOnlyList<Row> rows) => index.UpsertBatch(rows);

    /// <summary>Writes a batch in whole or not at all: nothing where a row that must be new finds its id taken.</summary>
    public WriteOutcome Upsert(IReadOnlyList<RecordWrite> records)
    {
        var rows = form.ToRows(records);
        lock (_writing)
        {
            CheckThere();
            int[] taken = [.. Enumerable.Range(0, rows.Length).Where(place => records[place].MustBeNew && index.Exists(rows[place].Id))];
            if (taken.Length > 0)
                return new(0, taken);
            log.Upsert(rows);
            index.UpsertBatch(rows);
            return new(rows.Length, []);
        }
    }

    public void Delete(IReadOnlyList<RowId> ids)
    {
        lock (_writing)
        {
            CheckThere();
            foreach (var id in ids)
                RowIdLimits.Check(id);
            log.Delete(ids);
            index.DeleteBatch(ids);
        }
    }

    /// <summary>Ends the table: what is called on it later finds no collection.</summary>
    public void Drop()
    {
        lock (_writing)
        {
            log.Drop();
            _dropped = true;
        }

        Dispose();
    }

    public RowSnapshot Read()
    {
        CheckThere();
        return index.Snapshot;
    }

    public void Dispose() => index.Dispose();

    private void CheckThere()
    {
        if (_dropped)
            throw FlatIndexException.IndexNotFound(name);
    }
}
