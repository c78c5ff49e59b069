using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Memory;

/// <summary>
/// The silo's budget for rows. A write that would pass it is refused before anything is written, a shard that does not fit is not loaded; the process never
/// dies of memory.
/// </summary>
public sealed class SiloMemory
{
    /// <summary>What the budget limits, as errors name it.</summary>
    internal const string Limit = "bytes of memory on this silo";

    private readonly Lock _gate = new();
    private readonly long _budget;
    private long _used;
    private long _reserved;

    /// <summary>A budget in bytes; 0 for three quarters of what the process may use.</summary>
    public SiloMemory(long budgetBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(budgetBytes);
        _budget = budgetBytes > 0 ? budgetBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
    }

    /// <summary>The budget, in bytes.</summary>
    public long BudgetBytes => _budget;

    /// <summary>What the silo's shards occupy, in bytes.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>
    /// Sets so many bytes aside until what it answers is disposed; ResourceLimitExceeded when they would pass the budget. Writes of several
    /// shards that are under way at once each have theirs set aside, so that together they do not pass it either.
    /// </summary>
    public IDisposable Reserve(long bytes)
    {
        // What only removes rows is taken however full the silo is.
        if (bytes <= 0)
            return new Reservation(this, 0);
        long wanted;
        lock (_gate)
        {
            wanted = _used + _reserved + bytes;
            if (wanted <= _budget)
            {
                _reserved += bytes;
                return new Reservation(this, bytes);
            }
        }

        throw FlatIndexException.ResourceLimitExceeded(Limit, _budget, wanted);
    }

    /// <summary>Takes note that a shard grew or shrank by so many bytes.</summary>
    public void Change(long bytes)
    {
        lock (_gate)
            _used += bytes;
    }

    /// <summary>Takes so many bytes as used if the budget has room for them, and says how many are in use or set aside already.</summary>
    internal bool TryUse(long bytes, out long taken)
    {
        lock (_gate)
        {
            taken = _used + _reserved;
            if (bytes > 0 && taken + bytes > _budget)
                return false;
            _used += bytes;
            return true;
        }
    }

    /// <summary>Refuses a shard that would need so many bytes more than there are; nothing is set aside.</summary>
    internal void CheckRoom(int shard, long bytes, string silo)
    {
        long taken;
        lock (_gate)
            taken = _used + _reserved;
        if (bytes > 0 && taken + bytes > _budget)
            throw DoesNotFit(shard, bytes, taken, silo);
    }

    /// <summary>The error of a shard that does not fit.</summary>
    internal FlatIndexException DoesNotFit(int shard, long bytes, long taken, string silo) => new(new FlatError(
        FlatErrorKind.ResourceLimitExceeded,
        $"resource limit exceeded: shard {shard} does not fit into the memory of the silo {silo}: {taken} of its budget of {_budget} bytes are taken, and the shard needs {bytes} at least")
    {
        Limit = Limit,
        Max = _budget,
        Found = taken + bytes,
        Shard = shard,
    });

    /// <summary>Whether an error says that a shard is not there because it does not fit.</summary>
    internal static bool IsDoesNotFit(FlatIndexException error) =>
        error.Kind == FlatErrorKind.ResourceLimitExceeded && error.Error.Limit == Limit;

    private sealed class Reservation(SiloMemory memory, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose()
        {
            lock (memory._gate)
            {
                memory._reserved -= _bytes;
                _bytes = 0;
            }
        }
    }
}
