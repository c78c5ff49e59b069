using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>
/// The numbers of one try at a write. Of a batch over several shards the index grain is told how the try ended: so a backup has all of the batch or nothing, and every
/// try under one token gets the same numbers.
/// </summary>
internal sealed class BatchNumbers(IGrainFactory grains, Retry retry, WriteUnderWay write)
{
    private Allotment? _shared;

    /// <summary>How the try has ended, as far as it has come.</summary>
    public BatchEnd End { get; set; } = BatchEnd.Unsent;

    private IIndexGrain Grain => grains.GetGrain<IIndexGrain>(write.Index.Name);

    /// <summary>The numbers: those that were taken before, unless a shard turned out to have forgotten removals above them.</summary>
    public async Task<Allotment> TakeAsync(CancellationToken cancellationToken)
    {
        // One record has all of it, so tries cannot mix.
        if (write.Parts.Count == 1)
            return await AskAsync(() => Grain.AllotSequences(write.Index.Incarnation, Math.Max(1, write.Cut), cancellationToken), cancellationToken);
        if (_shared is { } taken && (write.HasNumbers || taken.First > write.Floor))
            return taken;
        Finish();

        // For every row that is sound, whether or not a shard refuses it: so each try asks for as many.
        var shared = await AskAsync(() => Grain.AllotBatch(write.Index.Incarnation, write.Rows, write.Token, write.Floor, cancellationToken), cancellationToken);
        _shared = shared;
        return shared;
    }

    /// <summary>Tells the index grain how the try ended, if it has given it numbers for several shards.</summary>
    public void Finish()
    {
        if (_shared is { } shared)
            Grain.FinishBatch(shared.First, End, CancellationToken.None).Ignore();
        _shared = null;
    }

    private Task<Allotment> AskAsync(Func<Task<Allotment>> ask, CancellationToken cancellationToken) => retry.ReadAsync(ask, shard: null, cancellationToken);
}
