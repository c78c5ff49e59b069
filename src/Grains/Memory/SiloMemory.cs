using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Memory;

/// <summary>
/// The silo's budget for rows. A write that would pass it is refused before anything is written; the process never dies of memory.
/// </summary>
public sealed class SiloMemory
{
    private readonly long _budget;
    private long _used;

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

    /// <summary>Throws ResourceLimitExceeded when so many bytes more would pass the budget.</summary>
    public void Check(long moreBytes)
    {
        long wanted = UsedBytes + moreBytes;
        if (wanted > _budget)
            throw FlatIndexException.ResourceLimitExceeded("bytes of memory on this silo", _budget, wanted);
    }

    /// <summary>Takes note that a shard grew or shrank by so many bytes.</summary>
    public void Change(long bytes) => Interlocked.Add(ref _used, bytes);
}
