namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// The smallest k-th key that any thread of a search has. A row strictly above it is no hit, whichever thread meets it: k rows are
/// known that rank before it.
/// </summary>
internal sealed class SharedLimit
{
    private uint _key = uint.MaxValue;

    /// <summary>The key; <see cref="uint.MaxValue"/> while no thread has k rows.</summary>
    public uint Key => Volatile.Read(ref _key);

    /// <summary>Takes note of a thread's k-th key.</summary>
    public void Offer(uint key)
    {
        uint seen = Key;
        while (key < seen)
        {
            uint before = Interlocked.CompareExchange(ref _key, key, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
