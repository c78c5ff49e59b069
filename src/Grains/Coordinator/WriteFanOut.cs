using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>
/// One write over the shards of an index. A batch that lies in one shard is checked and committed there in one step. One over
/// several shards goes in two rounds: check on all, then commit the prefix that passed.
/// </summary>
internal sealed class WriteFanOut(IGrainFactory grains, Retry retry)
{
    public async Task<WriteReply> RunAsync(IndexDescription index, WriteRequest request, CancellationToken cancellationToken)
    {
        if (request.Mode == WriteMode.Clear)
            return await ClearAsync(index, cancellationToken);
        var batch = WriteBatch.Check(request, index.Settings.Dimension);
        var (prefix, error) = (batch.Prefix, batch.Error);
        var byShard = batch.ByShard(index.Slots, prefix);
        bool stopAtFirst = byShard.Count == 1;
        if (byShard.Count > 1 && request.Mode is not (WriteMode.Upsert or WriteMode.DeleteIfPresent))
        {
            int first = await FirstRefusedAsync(index, batch, byShard, cancellationToken);
            if (first < prefix)
            {
                (prefix, error) = (first, batch.Refusal(first));
                byShard = batch.ByShard(index.Slots, prefix);
            }
        }

        if (prefix == 0)
            return Reply(request, 0, [], prefix, error);
        var allotment = await AllotAsync(index, prefix, byShard.Count, cancellationToken);
        var replies = await CommitAllAsync(index, allotment, byShard.Count, byShard.Select(part => CommitAsync(
            index, batch, part.Key, part.Value, allotment, stopAtFirst, cancellationToken)));
        int[] refused = [.. replies.SelectMany(reply => reply.Refused).Order()];
        if (refused.Length > 0)
        {
            error = batch.Refusal(refused[0]);
            if (stopAtFirst)
                (prefix, refused) = (refused[0], []);
        }

        return Reply(request, replies.Sum(reply => reply.Applied), [.. replies.Select(reply => reply.Position)], prefix, error, refused);
    }

    private static WriteReply Reply(
        WriteRequest request, int applied, ShardPosition[] positions, int prefix, FlatError? error, params int[] refused)
    {
        if (error is not null)
        {
            int[] left = [.. refused, .. Enumerable.Range(prefix, request.Rows.Count - prefix)];
            error = error with { Index = request.Index, Item = left[0], NotApplied = left };
        }

        return new() { Applied = applied, Positions = positions, Error = error is null ? null : WireError.From(error) };
    }

    private async Task<int> FirstRefusedAsync(
        IndexDescription index, WriteBatch batch, Dictionary<int, List<int>> byShard, CancellationToken cancellationToken)
    {
        var firsts = await ShardFanOut.AskAsync(byShard, AskAsync, cancellationToken);
        return firsts.Min();

        async Task<int> AskAsync(KeyValuePair<int, List<int>> part, CancellationToken stop)
        {
            var check = new ShardCheck { IndexEpoch = index.Epoch, Mode = batch.Request.Mode, Ids = batch.TakeIds(part.Value) };
            var grain = grains.GetGrain<IShardGrain>(index.ShardKey(part.Key));
            int[] refused = await retry.RunAsync(
                () => ShardFailure.ReadAsync(() => grain.CheckRows(check, stop), part.Key), stop);
            return refused.Length == 0 ? int.MaxValue : part.Value[refused[0]];
        }
    }

    /// <summary>Numbers for a batch. Of one over several shards the index grain is told the end, so that a backup has all of it or nothing.</summary>
    private async Task<Allotment> AllotAsync(IndexDescription index, int count, int shards, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IIndexGrain>(index.Name);
        return await retry.RunAsync(
            () => ShardFailure.ReadAsync(
                () => shards > 1
                    ? grain.AllotBatch(index.Incarnation, count, cancellationToken)
                    : grain.AllotSequences(index.Incarnation, count, cancellationToken),
                shard: null),
            cancellationToken);
    }

    /// <summary>A shard's part of the commit; places in its answer are turned into places in the request.</summary>
    private async Task<ShardWriteReply> CommitAsync(
        IndexDescription index, WriteBatch batch, int shard, List<int> places, Allotment allotment, bool stopAtFirst,
        CancellationToken cancellationToken)
    {
        var write = new ShardWrite
        {
            IndexEpoch = allotment.Epoch,
            Mode = batch.Request.Mode,
            Rows = batch.Take(places),
            Sequences = places.Select(place => allotment.First + (ulong)place).ToArray(),
            StopAtFirst = stopAtFirst,
        };
        var reply = await WriteShardAsync(index, shard, write, cancellationToken);
        return reply with { Refused = [.. reply.Refused.Select(row => places[row])] };
    }

    /// <summary>Waits for every shard's commit. When one of several fails, the others may be in: the error says so.</summary>
    private async Task<ShardWriteReply[]> CommitAllAsync(
        IndexDescription index, Allotment allotment, int shards, IEnumerable<Task<ShardWriteReply>> commits)
    {
        bool isKnown = false;
        try
        {
            var replies = await Task.WhenAll(commits);
            isKnown = true;
            return replies;
        }
        catch (FlatIndexException e) when (shards > 1 && (Retry.IsTransient(e) || e.Kind == FlatErrorKind.IndexNotFound))
        {
            throw new FlatIndexException(FlatIndexException.Timeout(e.Error.Message, mayHaveBeenApplied: true).Error with { Shard = e.Error.Shard }, e);
        }
        catch (FlatIndexException e) when (shards > 1)
        {
            throw new FlatIndexException(e.Error with { MayHaveBeenApplied = true }, e);
        }
        finally
        {
            if (shards > 1)
                grains.GetGrain<IIndexGrain>(index.Name).FinishBatch(allotment.First, isKnown, CancellationToken.None).Ignore();
        }
    }

    private async Task<WriteReply> ClearAsync(IndexDescription index, CancellationToken cancellationToken)
    {
        var allotment = await AllotAsync(index, 1, index.Settings.Shards, cancellationToken);
        var write = new ShardWrite
        {
            IndexEpoch = allotment.Epoch,
            Mode = WriteMode.Clear,
            Rows = new() { Ids = new([]), Vectors = new(ReadOnlyMemory<float>.Empty) },
            Sequences = new([allotment.First]),
            StopAtFirst = false,
        };
        var replies = await CommitAllAsync(index, allotment, index.Settings.Shards, Enumerable.Range(0, index.Settings.Shards)
            .Select(shard => WriteShardAsync(index, shard, write, cancellationToken)));
        return new() { Applied = replies.Sum(reply => reply.Applied), Positions = [.. replies.Select(reply => reply.Position)] };
    }

    private Task<ShardWriteReply> WriteShardAsync(IndexDescription index, int shard, ShardWrite write, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IShardGrain>(index.ShardKey(shard));
        return retry.RunAsync(
            () => ShardFailure.WriteAsync(() => grain.WriteRows(write, cancellationToken), shard), cancellationToken);
    }
}
