namespace IqdbFlat.Grains.Memory;

/// <summary>
/// What one shard takes of its silo's budget. While it loads it asks for more as it goes on, and is refused where there is none; what it holds once it has
/// loaded is only noted, because its writes have asked before.
/// </summary>
/// <remarks>
/// A refused shard remembers what it needs at least, so that it does not begin to load again before there is as much: to load is to take the shard over.
/// </remarks>
internal sealed class ShardRoom(SiloMemory memory, int shard, string silo) : IDisposable
{
    private readonly Lock _gate = new();
    private long _bytes;
    private bool _isClosed;

    /// <summary>What the shard needs, in bytes, at least as far as is known.</summary>
    public long Needs { get; private set; }

    /// <summary>Whether the shard was refused when it loaded last.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Asks for room for so many bytes in all; ResourceLimitExceeded where there is none.</summary>
    public void Raise(long bytes)
    {
        lock (_gate)
        {
            if (_isClosed || bytes <= _bytes)
                return;
            Needs = bytes;
            if (!memory.TryUse(bytes - _bytes, out long taken))
            {
                IsRefused = true;
                throw memory.DoesNotFit(shard, bytes, taken - _bytes, silo);
            }

            _bytes = bytes;
        }
    }

    /// <summary>Takes note of what the shard holds.</summary>
    public void Hold(long bytes)
    {
        lock (_gate)
        {
            // After the leave nobody would give the bytes back.
            if (_isClosed)
                return;
            memory.Change(bytes - _bytes);
            (_bytes, Needs) = (bytes, bytes);
        }
    }

    /// <summary>Gives everything back; what the shard needs is still known.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            memory.Change(-_bytes);
            _bytes = 0;
        }
    }

    /// <summary>Begins anew after a refusal; ResourceLimitExceeded where what is known to be needed is not there.</summary>
    public void Retry()
    {
        memory.CheckRoom(shard, Needs, silo);
        IsRefused = false;
    }

    /// <summary>Gives everything back for good.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            memory.Change(-_bytes);
            _bytes = 0;
            _isClosed = true;
        }
    }
}
