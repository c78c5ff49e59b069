using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>
/// One write over the shards of an index. A batch that lies in one shard is checked and committed there in one step. One over
/// several shards goes in two rounds: check on all, then commit the prefix that passed.
/// </summary>
/// <remarks>
/// Under a token each shard keeps its answer with its rows. A write whose token may have been sent before goes in two rounds too: what the
/// shards know of it comes first, and only those that know nothing are asked to write, under the numbers of the first try where they may.
/// </remarks>
internal sealed class WriteFanOut(IGrainFactory grains, Retry retry)
{
    public async Task<WriteReply> RunAsync(IndexDescription index, WriteRequest request, CancellationToken cancellationToken)
    {
        bool clears = request.Mode is WriteMode.Clear or WriteMode.DeleteMatching;
        if (request.Mode == WriteMode.DeleteMatching)
            FilterLimits.Check(request.Filter.Filter ?? throw FlatIndexException.InvalidConfig("rows are removed by a filter, found none"));
        var batch = clears ? null : WriteBatch.Check(request, index.Settings);
        var parts = batch?.ByShard(index.Slots, batch.Prefix) ?? Enumerable.Range(0, index.Settings.Shards).ToDictionary(shard => shard, _ => new List<int>());
        var write = new WriteUnderWay(index, request, batch, parts, TokenOf(request));
        if (!clears && batch!.Prefix == 0)
            return write.Reply();
        bool mayBeKnown = write.Token is not null && request.TokenMayBeKnown;
        if (mayBeKnown || (parts.Count > 1 && write.Refuses))
        {
            var checks = await CheckAllAsync(write, mayBeKnown, cancellationToken);
            if (RestoredAnswer.Of(write, batch, checks) is { } restored)
                return restored;
            write.Learn(checks);
        }

        var left = write.Left();
        if (left.Count == 0)
            return write.Reply();
        bool alone = left.Count == 1 && !write.IsPartlyIn;
        var allotment = await AllotAsync(index, Math.Max(1, write.Cut), alone, cancellationToken);
        write.Learn(await CommitAllAsync(write, left, alone, allotment, cancellationToken));
        return write.Reply();
    }

    private static ShardToken? TokenOf(WriteRequest request)
    {
        if (request.Token is not { } token)
            return null;
        token.Check();
        if (request.TokenPart is < 0 or >= WriteToken.Remembered)
            throw FlatIndexException.InvalidConfig($"a write with a token has parts 0 to {WriteToken.Remembered - 1}, found {request.TokenPart}");
        if (request.Rows is null)
            throw FlatIndexException.InvalidConfig("a write has rows, found none");
        return new(token.Client, token.Number, request.TokenPart, PayloadHash.Of(request));
    }

    /// <summary>
    /// Asks before anything is written. Every shard is asked where the token may be known: another payload under it may have gone to others.
    /// </summary>
    private Task<(int Shard, ShardCheckReply Reply)[]> CheckAllAsync(WriteUnderWay write, bool everywhere, CancellationToken cancellationToken)
    {
        return ShardFanOut.AskAsync(everywhere ? Enumerable.Range(0, write.Index.Settings.Shards) : write.Parts.Keys, AskAsync, cancellationToken);

        async Task<(int, ShardCheckReply)> AskAsync(int shard, CancellationToken stop)
        {
            var check = new ShardCheck { IndexEpoch = write.Index.Epoch, Mode = write.Request.Mode, Ids = write.IdsOf(shard), Token = write.Token };
            var grain = grains.GetGrain<IShardGrain>(write.Index.ShardKey(shard));
            return (shard, await retry.ReadAsync(() => grain.CheckWrite(check, stop), shard, stop));
        }
    }

    /// <summary>Numbers for a batch. Of one over several shards the index grain is told the end, so that a backup has all of it or nothing.</summary>
    private async Task<Allotment> AllotAsync(IndexDescription index, int count, bool alone, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IIndexGrain>(index.Name);
        return await retry.ReadAsync(
            () => alone
                ? grain.AllotSequences(index.Incarnation, count, cancellationToken)
                : grain.AllotBatch(index.Incarnation, count, cancellationToken),
            shard: null,
            cancellationToken);
    }

    /// <summary>Waits for every shard's commit. When one of several fails, the others may be in: the error says so.</summary>
    private async Task<(int Shard, ShardWriteReply Reply)[]> CommitAllAsync(
        WriteUnderWay write, IReadOnlyCollection<int> shards, bool alone, Allotment allotment, CancellationToken cancellationToken)
    {
        bool isKnown = false;
        try
        {
            var replies = await Task.WhenAll(shards.Select(CommitAsync));
            isKnown = true;
            return replies;
        }
        catch (FlatIndexException e) when (!alone && (Retry.IsTransient(e) || e.Kind == FlatErrorKind.IndexNotFound))
        {
            throw new FlatIndexException(FlatIndexException.Timeout(e.Error.Message, mayHaveBeenApplied: true).Error with { Shard = e.Error.Shard }, e);
        }
        catch (FlatIndexException e) when (!alone)
        {
            throw new FlatIndexException(e.Error with { MayHaveBeenApplied = true }, e);
        }
        finally
        {
            if (!alone)
                grains.GetGrain<IIndexGrain>(write.Index.Name).FinishBatch(allotment.First, isKnown, CancellationToken.None).Ignore();
        }

        async Task<(int, ShardWriteReply)> CommitAsync(int shard)
        {
            var part = write.CommitOf(shard, allotment);
            var grain = grains.GetGrain<IShardGrain>(write.Index.ShardKey(shard));
            return (shard, await retry.RunAsync(
                () => ShardFailure.WriteAsync(() => grain.WriteRows(part, cancellationToken), shard), cancellationToken));
        }
    }
}
