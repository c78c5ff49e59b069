using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Grains.Backup;

/// <summary>
/// Snapshots that a shard keeps for backups. Each has a lease, which every read begins anew: a client that dies leaves nothing behind. Calls come on
/// the grain's turns and from timers.
/// </summary>
internal sealed class ShardPins(TimeProvider time) : IDisposable
{
    /// <summary>Snapshots kept at once, at most: each may hold memory that the shard has given up otherwise.</summary>
    public const int Capacity = 4;

    /// <summary>The longest lease.</summary>
    public static readonly TimeSpan MaxLease = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Pin> _pins = [];

    /// <summary>Snapshots kept now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _pins.Count;
        }
    }

    /// <summary>Checks that there is room for one more, before anything is done for it.</summary>
    public void Check(TimeSpan lease)
    {
        if (lease <= TimeSpan.Zero || lease > MaxLease)
            throw FlatIndexException.InvalidConfig($"the lease of a backup is above zero and at most {MaxLease}, found {lease}");
        lock (_gate)
        {
            if (_pins.Count >= Capacity)
                throw FlatIndexException.ResourceLimitExceeded("backups of one shard at the same time", Capacity, _pins.Count + 1);
        }
    }

    /// <summary>Keeps a snapshot.</summary>
    public void Add(Guid pin, RowSnapshot snapshot, TimeSpan lease)
    {
        Check(lease);
        var timer = time.CreateTimer(_ => Remove(pin), null, lease, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            if (_pins.Remove(pin, out var before))
                before.Timer.Dispose();
            _pins.Add(pin, new(new(snapshot), timer, lease));
        }
    }

    /// <summary>The rows that are kept under a pin, for another lease. Unavailable when they are kept no more.</summary>
    public PinnedRows Find(Guid pin)
    {
        lock (_gate)
        {
            if (!_pins.TryGetValue(pin, out var kept))
                throw FlatIndexException.Unavailable("the rows that were kept for this backup are gone, because its lease ended or the shard was activated anew: begin it again");
            kept.Timer.Change(kept.Lease, Timeout.InfiniteTimeSpan);
            return kept.Rows;
        }
    }

    /// <summary>Keeps a snapshot no longer.</summary>
    public void Remove(Guid pin)
    {
        lock (_gate)
        {
            if (_pins.Remove(pin, out var kept))
                kept.Timer.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var kept in _pins.Values)
                kept.Timer.Dispose();
            _pins.Clear();
        }
    }

    private sealed record Pin(PinnedRows Rows, ITimer Timer, TimeSpan Lease);
}
