namespace IqdbFlat.Client.Tests.Fakes;

/// <summary>A clock that stands still until it is moved.</summary>
/// <param name="passesWaits">Whether a wait of at most a second, as between two tries, is over at once, and the clock that much later. Longer ones, which bound a call, wait for the clock.</param>
internal sealed class ManualTime(bool passesWaits = false) : TimeProvider
{
    private static readonly TimeSpan LongestPassed = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate)
            return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_gate)
        {
            timer.Change(dueTime, period);
            _timers.Add(timer);
        }

        if (passesWaits && dueTime >= TimeSpan.Zero && dueTime <= LongestPassed)
            Advance(dueTime);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            foreach (var timer in due)
                timer.Due = TimeSpan.MaxValue;
        }

        foreach (var timer in due)
            timer.Fire();
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public TimeSpan Due { get; set; } = TimeSpan.MaxValue;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : time._now + dueTime;
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
