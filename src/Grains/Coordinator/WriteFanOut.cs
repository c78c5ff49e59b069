using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>
/// One write over the shards of an index. A batch that lies in one shard is checked and committed there in one step. One over
/// several shards gets its numbers, is checked on all where they can refuse any row, and then the prefix that passed is committed.
/// </summary>
/// <remarks>
/// Under a token each shard keeps its answer with its rows. A write whose token may have been sent before is checked too: what the
/// shards know of it comes first, and only those that know nothing are asked to write, under the numbers of the first try where they may.
/// A try that was given up may still be on its way, to some shards ahead of another and to others behind it. Numbers come before the check because of that: then tries
/// under older epochs are refused, so that the shards' word is the last, and those under this epoch have the same numbers. It is what <see cref="KnownEpochs"/> is for, too.
/// </remarks>
internal sealed class WriteFanOut(IGrainFactory grains, Retry retry)
{
    private readonly KnownEpochs _epochs = new();

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
        ulong? known = _epochs.Of(index.Incarnation);
        var numbers = new BatchNumbers(grains, retry, write);
        try
        {
            ulong epoch = index.Epoch;
            bool isNew = false;
            if (parts.Count > 1)
            {
                epoch = (await numbers.TakeAsync(cancellationToken)).Epoch;
                isNew = write.Token is not null && epoch != known;
                _epochs.Learn(index.Incarnation, epoch);
            }

            if (mayBeKnown || isNew || (parts.Count > 1 && write.Refuses))
            {
                var checks = await CheckAllAsync(write, epoch, mayBeKnown, cancellationToken);
                if (RestoredAnswer.Of(write, batch, checks) is { } restored)
                    return restored;
                write.Learn(checks);
            }

            var left = write.Left();
            if (left.Count > 0)
            {
                var allotment = await numbers.TakeAsync(cancellationToken);
                numbers.End = BatchEnd.Unknown;
                write.Learn(await CommitAllAsync(write, left, allotment, cancellationToken));
            }

            numbers.End = BatchEnd.Complete;
            return write.Reply();
        }
        finally
        {
            numbers.Finish();
        }
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
    private Task<(int Shard, ShardCheckReply Reply)[]> CheckAllAsync(WriteUnderWay write, ulong epoch, bool everywhere, CancellationToken cancellationToken)
    {
        return ShardFanOut.AskAsync(everywhere ? Enumerable.Range(0, write.Index.Settings.Shards) : write.Parts.Keys, AskAsync, cancellationToken);

        async Task<(int, ShardCheckReply)> AskAsync(int shard, CancellationToken stop)
        {
            var check = new ShardCheck { IndexEpoch = epoch, Mode = write.Request.Mode, Ids = write.IdsOf(shard), Token = write.Token };
            var grain = grains.GetGrain<IShardGrain>(write.Index.ShardKey(shard));
            return (shard, await retry.ReadAsync(() => grain.CheckWrite(check, stop), shard, stop));
        }
    }

    /// <summary>Waits for every shard's commit. When one of several fails, the others may be in: the error says so.</summary>
    private async Task<(int Shard, ShardWriteReply Reply)[]> CommitAllAsync(
        WriteUnderWay write, IReadOnlyCollection<int> shards, Allotment allotment, CancellationToken cancellationToken)
    {
        bool alone = shards.Count == 1 && !write.IsPartlyIn;
        try
        {
            return await Task.WhenAll(shards.Select(CommitAsync));
        }
        catch (FlatIndexException e) when (!alone && (Retry.IsTransient(e) || e.Kind == FlatErrorKind.IndexNotFound))
        {
            throw new FlatIndexException(FlatIndexException.Timeout(e.Error.Message, mayHaveBeenApplied: true).Error with { Shard = e.Error.Shard }, e);
        }
        catch (FlatIndexException e) when (!alone)
        {
            throw new FlatIndexException(e.Error with { MayHaveBeenApplied = true }, e);
        }

        async Task<(int, ShardWriteReply)> CommitAsync(int shard)
        {
            var part = write.CommitOf(shard, allotment);
            var grain = grains.GetGrain<IShardGrain>(write.Index.ShardKey(shard));
            return (shard, await retry.WriteAsync(() => grain.WriteRows(part, cancellationToken), shard, cancellationToken));
        }
    }
}
