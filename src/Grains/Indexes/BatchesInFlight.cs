namespace IqdbFlat.Grains.Indexes;

/// <summary>
/// Batches over several shards that have their numbers and have not ended. Whoever was given them tells when they end, unless it dies; so a wait for
/// all of them has a limit. Used on the turns of one grain.
/// </summary>
internal sealed class BatchesInFlight(TimeProvider time, TimeSpan longest)
{
    private readonly Dictionary<ulong, long> _begun = [];
    private readonly Dictionary<ulong, long> _lost = [];
    private TaskCompletionSource? _none;

    /// <summary>Batches that have not ended, or of which nobody knows whether a part of them is still on its way.</summary>
    public int Count => _begun.Count + _lost.Count;

    /// <summary>A batch has begun. Those that are older than any request can be are forgotten here: they cannot write any more.</summary>
    public void Begin(ulong first)
    {
        Forget(_begun);
        Forget(_lost);
        _begun[first] = time.GetTimestamp();
    }

    /// <summary>A batch has ended. Where a shard did not say how, a part of it may still be on its way: waiting longer would tell no more.</summary>
    public void Finish(ulong first, bool isKnown)
    {
        if (!_begun.Remove(first, out long began))
            return;
        if (!isKnown)
            _lost[first] = began;
        if (_begun.Count == 0)
            _none?.TrySetResult();
    }

    /// <summary>All are shut out: whatever they still send is refused.</summary>
    public void Clear()
    {
        _begun.Clear();
        _lost.Clear();
        _none?.TrySetResult();
    }

    /// <summary>Waits until all that can be waited for have ended, for so long at most. Answers whether none is left, lost ones included.</summary>
    public async Task<bool> DrainAsync(TimeSpan limit, CancellationToken cancellation)
    {
        if (_begun.Count == 0)
            return Count == 0;
        _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _none.Task.WaitAsync(limit, time, cancellation);
            return Count == 0;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            _none = null;
        }
    }

    private void Forget(Dictionary<ulong, long> batches)
    {
        foreach (ulong old in batches.Where(batch => time.GetElapsedTime(batch.Value) > longest).Select(batch => batch.Key).ToArray())
            batches.Remove(old);
    }
}
