using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using Microsoft.Extensions.AI;

namespace IqdbFlat.VectorData.Model;

/// <summary>Records on their way into a collection, in their order. One that came without a key has one drawn, and loses it again where it was certainly not written.</summary>
/// <param name="mapper">What makes rows of them.</param>
/// <param name="records">The records.</param>
/// <param name="generated">For each record and vector property what was generated, or null.</param>
internal sealed class RecordBatch<TRecord>(RecordMapper<TRecord> mapper, IReadOnlyList<TRecord> records, Embedding?[][] generated)
    where TRecord : class
{
    private readonly bool[] _isDrawn = new bool[records.Count];
    private readonly HashSet<RowId> _ids = [];
    private int _written;

    public bool IsWritten => _written == records.Count;

    /// <summary>Draws the keys that are missing. No two records of the batch meet in one.</summary>
    public void DrawKeys()
    {
        Guarded(() =>
        {
            if (!records.Any(mapper.LacksKey))
                return;
            foreach (var record in records.Where(record => !mapper.LacksKey(record)))
                _ids.Add(mapper.IdOf(record));
            for (int i = 0; i < records.Count; i++)
            {
                // A record that is in the batch twice has its key by the second time.
                if (mapper.LacksKey(records[i]))
                    Draw(i);
            }
        });
    }

    /// <summary>The records that are not written yet, as rows. One that cannot be a row throws, before any is written.</summary>
    public IReadOnlyList<RecordWrite> Rows()
    {
        var rows = new RecordWrite[records.Count - _written];
        Guarded(() =>
        {
            for (int i = 0; i < rows.Length; i++)
                rows[i] = new(mapper.ToRow(records[_written + i], generated[_written + i]), _isDrawn[_written + i]);
        });
        return rows;
    }

    /// <summary>Takes note of what was written, and draws anew where a drawn key was taken.</summary>
    public void Take(WriteOutcome outcome)
    {
        foreach (int place in outcome.Taken)
            Draw(_written + place);
        _written += outcome.Written;
    }

    /// <summary>Takes the drawn keys from records that are not in.</summary>
    /// <param name="notApplied">Their places among <see cref="Rows"/>; none for all of these.</param>
    public void Forget(IReadOnlyList<int> notApplied)
    {
        var places = notApplied.Count > 0 ? notApplied : Enumerable.Range(0, records.Count - _written);
        foreach (int place in places.Where(place => _isDrawn[_written + place]))
            mapper.ForgetKey(records[_written + place]);
    }

    private void Draw(int place)
    {
        _isDrawn[place] = true;
        do
            mapper.DrawKey(records[place]);
        while (!_ids.Add(mapper.IdOf(records[place])));
    }

    private void Guarded(Action prepare)
    {
        try
        {
            prepare();
        }
        catch
        {
            Forget([]);
            throw;
        }
    }
}
