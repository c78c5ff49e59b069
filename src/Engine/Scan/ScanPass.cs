namespace IqdbFlat.Engine.Scan;

/// <summary>
/// A pass over the chunks of one snapshot, round and round, and the searches that ride it. A search gets on at whatever chunk comes next and off
/// when it has had each once: ranks are a total order, so where it began does not show. All members are called under the scheduler's lock.
/// </summary>
internal sealed class ScanPass(PassKey key, int chunks, int seats)
{
    private readonly List<ScanJob> _riders = [];
    private ScanRiders? _together;
    private int _next;

    /// <summary>What the riders have in common.</summary>
    public PassKey Key { get; } = key;

    /// <summary>Whether another search finds no place.</summary>
    public bool IsFull => _riders.Count == seats;

    /// <summary>Whether nobody rides.</summary>
    public bool IsEmpty => _riders.Count == 0;

    /// <summary>Takes a search on.</summary>
    public void Board(ScanJob job)
    {
        _riders.Add(job);
        _together = null;
    }

    /// <summary>Takes the next chunk for all who ride. Those for whom it is the last one get off.</summary>
    public ScanRiders TakeChunk(out int chunk)
    {
        chunk = _next;
        _next = _next + 1 == chunks ? 0 : _next + 1;
        var together = _together ??= new ScanRiders([.. _riders]);
        if (_riders.RemoveAll(static rider => !rider.TakeChunk()) > 0)
            _together = null;
        return together;
    }

    /// <summary>Lets everyone off: the scheduler stops.</summary>
    public IReadOnlyList<ScanJob> Leave() => _riders;
}
