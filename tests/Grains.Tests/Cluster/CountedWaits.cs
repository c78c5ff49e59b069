namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>The system's time, in which waits of some lengths do not end before they are told to, and are counted.</summary>
internal sealed class CountedWaits(TimeSpan shortest, TimeSpan longest) : TimeProvider, IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _begun = new(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < shortest || dueTime > longest || period != Timeout.InfiniteTimeSpan)
            return base.CreateTimer(callback, state, dueTime, period);
        var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ended.Task.ContinueWith(_ => timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan), TaskScheduler.Default);
        _begun.Release();
        return timer;
    }

    /// <summary>Waits until so many waits have begun; false when they do not come.</summary>
    public async Task<bool> BegunAsync(int waits, CancellationToken cancellation)
    {
        for (int i = 0; i < waits; i++)
        {
            if (!await _begun.WaitAsync(TimeSpan.FromMinutes(1), cancellation))
                return false;
        }

        return true;
    }

    /// <summary>Ends all waits, those that begin later at once.</summary>
    public void End() => _ended.TrySetResult();

    public void Dispose() => _begun.Dispose();
}
