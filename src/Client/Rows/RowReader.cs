using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Batches;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Rows;

/// <summary>The reads of one handle that are no searches: rows by id, and all rows in the order of insertion.</summary>
internal sealed class RowReader(ClusterCaller caller, IndexDescription description, SeenPositions seen, MessageLimits limits)
{
    private readonly int _dimension = description.Settings.Dimension;

    public async Task<StoredRow?> Get(RowId id, CallDeadline deadline, CancellationToken cancellationToken)
    {
        RowIdLimits.Check(id);
        var block = await Request([id], withContent: true, deadline, cancellationToken);
        return block.Rows.Count == 0 ? null : RowAt(block, 0);
    }

    public async Task<bool> Exists(RowId id, CallDeadline deadline, CancellationToken cancellationToken)
    {
        RowIdLimits.Check(id);
        return (await Request([id], withContent: false, deadline, cancellationToken)).Rows.Count > 0;
    }

    public async Task<IReadOnlyList<StoredRow?>> GetBatch(IReadOnlyList<RowId> ids, CallDeadline deadline, CancellationToken cancellationToken)
    {
        IdBatch.Check(ids);
        var found = new Dictionary<RowId, StoredRow>();
        int step = limits.Gets(_dimension, withContent: true);
        for (int start = 0; start < ids.Count; start += step)
        {
            var block = await Request(IdBatch.Slice(ids, start, Math.Min(step, ids.Count - start)), withContent: true, deadline, cancellationToken);
            for (int i = 0; i < block.Rows.Count; i++)
                found[block.Rows.Ids.Values[i]] = RowAt(block, i);
        }

        var rows = new StoredRow?[ids.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = found.TryGetValue(ids[i], out var row) ? row : null;
        return rows;
    }

    public async IAsyncEnumerable<StoredRow> Export(
        ulong afterSequence, TimeSpan pageDeadline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (bool more = true; more;)
        {
            var page = await ReadPage(afterSequence, pageDeadline, cancellationToken);
            for (int i = 0; i < page.Rows.Rows.Count; i++)
                yield return RowAt(page.Rows, i);
            more = page.More;
            if (page.Rows.Sequences is [.., var last])
                afterSequence = last;
            else if (more)
                throw FlatIndexException.Unavailable($"the cluster answered a page without rows after sequence {afterSequence}, and says that more follow");
        }
    }

    private Task<Page> ReadPage(ulong afterSequence, TimeSpan pageDeadline, CancellationToken cancellationToken) => caller.Read(
        description.Name,
        caller.Start(pageDeadline),
        (coordinator, remaining, cancel) => coordinator.ReadPage(
            new()
            {
                Index = description.Name,
                Incarnation = description.Incarnation,
                AfterSequence = afterSequence,
                Limit = limits.PageRows(_dimension),
                Seen = seen.Current,
                Deadline = remaining,
            },
            cancel),
        cancellationToken);

    private Task<StoredRowBlock> Request(RowId[] ids, bool withContent, CallDeadline deadline, CancellationToken cancellationToken) => caller.Read(
        description.Name,
        deadline,
        (coordinator, remaining, cancel) => coordinator.GetRows(
            new()
            {
                Index = description.Name,
                Incarnation = description.Incarnation,
                Ids = ids,
                WithContent = withContent,
                Seen = seen.Current,
                Deadline = remaining,
            },
            cancel),
        cancellationToken);

    private StoredRow RowAt(StoredRowBlock block, int row) => new(
        block.Rows.Ids.Values[row],
        block.Rows.VectorAt(row, _dimension),
        block.Rows.MetadataAt(row) ?? Metadata.Empty,
        block.Sequences[row]);
}
