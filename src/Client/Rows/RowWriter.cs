using IqdbFlat.Abstractions;
using IqdbFlat.Client.Batches;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Rows;

/// <summary>The writes of one handle: checks what needs no cluster, cuts batches to messages, one message at a time, and remembers the positions told.</summary>
internal sealed class RowWriter(ClusterCaller caller, IndexDescription description, SeenPositions seen, MessageLimits limits)
{
    private readonly int _dimension = description.Settings.Dimension;

    public int Dimension => _dimension;

    public MessageLimits Limits => limits;

    public CallDeadline Start(TimeSpan limit) => caller.Start(limit);

    /// <summary>The first thing wrong with a row that can be told without the cluster, or null.</summary>
    public FlatIndexException? Problem(in Row row)
    {
        try
        {
            RowCheck.Check(row.Id, row.Vector.Span, row.Metadata, _dimension);
            return null;
        }
        catch (FlatIndexException error)
        {
            return new(error.Error with { Index = description.Name, Id = row.Id });
        }
    }

    public async Task WriteOne(WriteMode mode, Row row, CallDeadline deadline, CancellationToken cancellationToken)
    {
        if (Problem(row) is { } problem)
            throw problem;
        var block = new RowBlockBuilder(_dimension, limits, 1);
        block.TryAdd(row);
        await SendOne(mode, block.Build(), deadline, cancellationToken);
    }

    public async Task WriteBatch(WriteMode mode, IReadOnlyList<Row> rows, CallDeadline deadline, CancellationToken cancellationToken)
    {
        int sent = 0;
        while (sent < rows.Count)
        {
            var block = new RowBlockBuilder(_dimension, limits, rows.Count - sent);
            FlatIndexException? problem = null;
            for (int i = sent; i < rows.Count && (problem = Problem(rows[i])) is null && block.TryAdd(rows[i]); i++)
            {
            }

            // Rows before a bad one go first: what is wrong with one of them comes before what is wrong with it.
            int count = block.Count;
            if (count > 0)
                await SendPart(mode, block.Build(), sent, rows.Count, deadline, cancellationToken);
            sent += count;
            if (problem is not null)
                throw BatchPlaces.OfItem(problem, sent, rows.Count);
        }
    }

    public async Task UpdateMetadata(RowId id, Metadata? metadata, CallDeadline deadline, CancellationToken cancellationToken)
    {
        RowIdLimits.Check(id);
        MetadataLimits.Check(metadata);
        var block = new RowBlock { Ids = new([id]), Vectors = new(ReadOnlyMemory<float>.Empty), Metadata = new([metadata]) };
        await SendOne(WriteMode.UpdateMetadata, block, deadline, cancellationToken);
    }

    public async Task Delete(RowId id, CallDeadline deadline, CancellationToken cancellationToken)
    {
        RowIdLimits.Check(id);
        await SendOne(WriteMode.Delete, OnlyIds([id]), deadline, cancellationToken);
    }

    public async Task<int> DeleteBatch(IReadOnlyList<RowId> ids, CallDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            IdBatch.Check(ids);
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfNothing(error, ids.Count);
        }

        int removed = 0;
        int step = limits.Gets(_dimension, withContent: false);
        for (int start = 0; start < ids.Count; start += step)
        {
            var part = IdBatch.Slice(ids, start, Math.Min(step, ids.Count - start));
            removed += await SendPart(WriteMode.DeleteIfPresent, OnlyIds(part), start, ids.Count, deadline, cancellationToken);
        }

        return removed;
    }

    public Task Clear(CallDeadline deadline, CancellationToken cancellationToken) => SendOne(WriteMode.Clear, OnlyIds([]), deadline, cancellationToken);

    /// <summary>Sends one message and returns how many rows it changed. Positions are remembered also when a prefix alone was written.</summary>
    public async Task<int> Send(WriteMode mode, RowBlock rows, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var reply = await caller.Write(
            description.Name,
            deadline,
            (coordinator, remaining, cancel) => coordinator.WriteRows(Request(remaining), cancel),
            cancellationToken);
        seen.Observe(reply.Positions);
        return reply.Error is { } error ? throw ClusterErrors.NameIndex(new(error.ToError()), description.Name) : reply.Applied;

        WriteRequest Request(TimeSpan remaining) => new()
        {
            Index = description.Name,
            Incarnation = description.Incarnation,
            Mode = mode,
            Rows = rows,
            Deadline = remaining,
        };
    }

    private async Task SendOne(WriteMode mode, RowBlock rows, CallDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            await Send(mode, rows, deadline, cancellationToken);
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfSingle(error);
        }
    }

    private async Task<int> SendPart(WriteMode mode, RowBlock rows, int offset, int total, CallDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await Send(mode, rows, deadline, cancellationToken);
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfBatch(error, offset, rows.Count, total);
        }
    }

    private static RowBlock OnlyIds(RowId[] ids) => new() { Ids = ids, Vectors = new(ReadOnlyMemory<float>.Empty), Metadata = new([]) };
}
