using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Indexes;

/// <summary>
/// Batches over several shards that have their numbers and have not ended. Whoever was given them tells when they end, unless it dies; so a wait for
/// all of them has a limit. Used on the turns of one grain.
/// </summary>
/// <remarks>
/// The numbers of a batch with a token are remembered until every shard is known to have its part, however long that takes: a try that was given up may reach one
/// shard after all, and the retry another, and only under the same numbers do both parts keep the batch's order.
/// </remarks>
internal sealed class BatchesInFlight(TimeProvider time, TimeSpan longest)
{
    /// <summary>Tokens remembered, at most. To forget one, all that was given numbers must be shut out first.</summary>
    private const int MostTokens = 1 << 16;

    private readonly Dictionary<ulong, Batch> _batches = [];
    private readonly Dictionary<ShardToken, Batch> _numbers = [];
    private TaskCompletionSource? _none;

    /// <summary>Batches that have not ended, or of which nobody knows whether a part of them is still on its way.</summary>
    public int Count => _batches.Count;

    /// <summary>Whether no further token can be remembered.</summary>
    public bool IsFull => _numbers.Count >= MostTokens;

    private bool IsIdle => _batches.Values.All(batch => batch.Tries == 0);

    /// <summary>The first of the numbers that another try under the token was given, if they are as many as wanted and above what they must be.</summary>
    public ulong? NumbersOf(in ShardToken token, int count, ulong above) =>
        _numbers.TryGetValue(token, out var batch) && batch.Count >= count && batch.First > above ? batch.First : null;

    /// <summary>A try at a batch has begun. Those that are older than any request can be are forgotten here, but for their numbers: they cannot write any more.</summary>
    public void Begin(ulong first, int count = 1, ShardToken? token = null)
    {
        Forget();
        var batch = token is { } known && _numbers.TryGetValue(known, out var before) && before.First == first ? before : new Batch(first, count, token);
        batch.Tries++;
        batch.Began = time.GetTimestamp();
        _batches[first] = batch;
        if (token is { } kept)
            _numbers[kept] = batch;
    }

    /// <summary>A try has ended. Where a shard did not say how, a part of it may still be on its way: waiting longer would tell no more.</summary>
    public void Finish(ulong first, BatchEnd end)
    {
        if (!_batches.TryGetValue(first, out var batch) || batch.Tries == 0)
            return;
        batch.Tries--;
        batch.IsLost = end == BatchEnd.Unknown || (batch.IsLost && end != BatchEnd.Complete);
        if (batch.Tries == 0 && !batch.IsLost)
        {
            _batches.Remove(first);
            if (batch.Token is { } token && _numbers.GetValueOrDefault(token) == batch)
                _numbers.Remove(token);
        }

        if (_none is not null && IsIdle)
            _none.TrySetResult();
    }

    /// <summary>All are shut out: whatever they still send is refused.</summary>
    public void Clear()
    {
        _batches.Clear();
        _numbers.Clear();
        _none?.TrySetResult();
    }

    /// <summary>Waits until all that can be waited for have ended, for so long at most. Answers whether none is left, lost ones included.</summary>
    public async Task<bool> DrainAsync(TimeSpan limit, CancellationToken cancellation)
    {
        if (IsIdle)
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

    private void Forget()
    {
        foreach (var old in _batches.Values.Where(batch => time.GetElapsedTime(batch.Began) > longest).ToArray())
        {
            (old.Tries, old.IsLost) = (0, true);
            _batches.Remove(old.First);
        }
    }

    private sealed class Batch(ulong first, int count, ShardToken? token)
    {
        public ulong First => first;

        public int Count => count;

        public ShardToken? Token => token;

        public long Began { get; set; }

        public int Tries { get; set; }

        public bool IsLost { get; set; }
    }
}
