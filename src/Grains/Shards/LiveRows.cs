using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Shards;

/// <summary>A snapshot's rows, as a checkpoint wants them.</summary>
internal sealed class LiveRows(RowSnapshot snapshot) : ILiveRows
{
    public IEnumerable<ulong> Sequences => snapshot.LiveRows().Select(snapshot.SequenceOf);

    public IEnumerable<StoredRow> Rows(IReadOnlySet<ulong> wanted) =>
        snapshot.LiveRows().Where(row => wanted.Contains(snapshot.SequenceOf(row))).Select(snapshot.Read);
}
