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
            RowCheck.Check(row.Id, row.Vector.Span, row.Metadata, _dimension, description.Settings.Parts);
            return null;
        }
        catch (FlatIndexException error)
        {
            return new(error.Error with { Index = description.Name, Id = row.Id });
        }
    }

    public async Task WriteOne(WriteMode mode, Row row, WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken)
    {
        if (Problem(row) is { } problem)
            throw problem;
        var block = new RowBlockBuilder(_dimension, limits, 1);
        block.TryAdd(row);
        await SendOne(mode, block.Build(), token, deadline, cancellationToken);
    }

    public async Task WriteBatch(WriteMode mode, IReadOnlyList<Row> rows, WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken)
    {
        if (token is not null)
            CheckParts(RowBlockBuilder.Blocks(_dimension, limits, rows));
        int sent = 0;
        for (int part = 0; sent < rows.Count; part++)
        {
            var block = new RowBlockBuilder(_dimension, limits, rows.Count - sent);
            FlatIndexException? problem = null;
            for (int i = sent; i < rows.Count && (problem = Problem(rows[i])) is null && block.TryAdd(rows[i]); i++)
            {
            }

            // Rows before a bad one go first: what is wrong with one of them comes before what is wrong with it.
            int count = block.Count;
            if (count > 0)
                await SendPart(mode, block.Build(), sent, rows.Count, PartOf(token, part), deadline, cancellationToken);
            sent += count;
            if (problem is not null)
                throw BatchPlaces.OfItem(problem, sent, rows.Count);
        }
    }

    public async Task UpdateMetadata(RowId id, Metadata? metadata, WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken)
    {
        RowIdLimits.Check(id);
        MetadataLimits.Check(metadata);
        var block = new RowBlock { Ids = new([id]), Vectors = new(ReadOnlyMemory<float>.Empty), Metadata = new([metadata]) };
        await SendOne(WriteMode.UpdateMetadata, block, token, deadline, cancellationToken);
    }

    public async Task Delete(RowId id, WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken)
    {
        RowIdLimits.Check(id);
        await SendOne(WriteMode.Delete, OnlyIds([id]), token, deadline, cancellationToken);
    }

    public async Task<int> DeleteBatch(IReadOnlyList<RowId> ids, WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken)
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
        if (token is not null)
            CheckParts((ids.Count + step - 1) / step);
        for (int start = 0; start < ids.Count; start += step)
        {
            var part = IdBatch.Slice(ids, start, Math.Min(step, ids.Count - start));
            removed += await SendPart(WriteMode.DeleteIfPresent, OnlyIds(part), start, ids.Count, PartOf(token, start / step), deadline, cancellationToken);
        }

        return removed;
    }

    public async Task<long> DeleteMatching(Filter filter, WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken)
    {
        FilterLimits.Check(filter);
        try
        {
            return await Send(WriteMode.DeleteMatching, OnlyIds([]), PartOf(token, 0), deadline, cancellationToken, filter);
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfSingle(error);
        }
    }

    public Task Clear(WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken) =>
        SendOne(WriteMode.Clear, OnlyIds([]), token, deadline, cancellationToken);

    /// <summary>
    /// Sends one message and returns how many rows it changed. Positions are remembered also when a prefix alone was written. Without a token of the caller's
    /// it is sent under one of the library's own.
    /// </summary>
    public async Task<int> Send(
        WriteMode mode, RowBlock rows, PartToken? token, CallDeadline deadline, CancellationToken cancellationToken, Filter? filter = null)
    {
        if (token is { } given)
            return await SendUnder(mode, rows, given, isGiven: true, filter, deadline, cancellationToken);
        var lane = caller.Tokens.Take();
        try
        {
            return await SendUnder(mode, rows, new(lane.Next(), 0), isGiven: false, filter, deadline, cancellationToken);
        }
        catch (FlatIndexException expired) when (expired is { Kind: FlatErrorKind.TokenExpired, Error.MayHaveBeenApplied: false })
        {
            // A token that has never been sent before: a shard knows so many newer clients that it takes this one for an old one. A new one it knows for new.
            caller.Tokens.Renew(lane);
            return await SendUnder(mode, rows, new(lane.Next(), 0), isGiven: false, filter, deadline, cancellationToken);
        }
        finally
        {
            caller.Tokens.Give(lane);
        }
    }

    private async Task<int> SendUnder(
        WriteMode mode, RowBlock rows, PartToken token, bool isGiven, Filter? filter, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var reply = await caller.Write(
            description.Name,
            deadline,
            (coordinator, remaining, mayBeIn, cancel) => coordinator.WriteRows(Request(remaining, mayBeIn), cancel),
            cancellationToken);
        seen.Observe(reply.Positions);
        return reply.Error is { } error ? throw ClusterErrors.NameIndex(new(error.ToError()), description.Name) : reply.Applied;

        WriteRequest Request(TimeSpan remaining, bool mayBeIn) => new()
        {
            Index = description.Name,
            Incarnation = description.Incarnation,
            Mode = mode,
            Rows = rows,
            Deadline = remaining,
            Token = token.Token,
            TokenPart = token.Part,
            TokenMayBeKnown = isGiven || mayBeIn,
            Filter = filter,
        };
    }

    private static void CheckParts(int parts)
    {
        if (parts > WriteToken.Remembered)
            throw FlatIndexException.InvalidConfig($"a write with a token is cut into at most {WriteToken.Remembered} messages, found {parts}");
    }

    private static PartToken? PartOf(WriteToken? token, int part) => token is { } given ? new(given, part) : null;

    private async Task SendOne(WriteMode mode, RowBlock rows, WriteToken? token, CallDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            await Send(mode, rows, PartOf(token, 0), deadline, cancellationToken);
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfSingle(error);
        }
    }

    private async Task<int> SendPart(
        WriteMode mode, RowBlock rows, int offset, int total, PartToken? token, CallDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await Send(mode, rows, token, deadline, cancellationToken);
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfBatch(error, offset, rows.Count, total);
        }
    }

    private static RowBlock OnlyIds(RowId[] ids) => new() { Ids = ids, Vectors = new(ReadOnlyMemory<float>.Empty), Metadata = new([]) };
}
