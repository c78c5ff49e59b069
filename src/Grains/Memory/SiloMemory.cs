using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Memory;

/// <summary>
/// The silo's budget for rows. A write that would pass it is refused before anything is written; the process never dies of memory.
/// </summary>
public sealed class SiloMemory
{
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
        long wanted = Interlocked.Add(ref _reserved, bytes) + UsedBytes;
        if (wanted <= _budget)
            return new Reservation(this, bytes);
        Interlocked.Add(ref _reserved, -bytes);
        throw FlatIndexException.ResourceLimitExceeded("bytes of memory on this silo", _budget, wanted);
    }

    /// <summary>Takes note that a shard grew or shrank by so many bytes.</summary>
    public void Change(long bytes) => Interlocked.Add(ref _used, bytes);

    private sealed class Reservation(SiloMemory memory, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose() => Interlocked.Add(ref memory._reserved, -Interlocked.Exchange(ref _bytes, 0));
    }
}
