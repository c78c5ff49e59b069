using System.Collections.Concurrent;
using IqdbFlat.Abstractions;

namespace IqdbFlat.Client.Cluster;

/// <summary>
/// Makes the tokens of writes that were given none. A write takes a lane, whose client id nobody else has meanwhile, so that the numbers of
/// one id reach a shard in their order however many writes are under way at once.
/// </summary>
internal sealed class TokenLanes(TimeProvider time)
{
    // Shards forget the oldest ids first: a lane takes a new one before it is among those.
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(10);

    private readonly ConcurrentStack<Lane> _free = [];

    /// <summary>A lane for one write at a time. Give it back.</summary>
    public Lane Take()
    {
        var lane = _free.TryPop(out var free) ? free : new Lane();
        if (lane.Last.Client == Guid.Empty || time.GetElapsedTime(lane.Made) > Freshness)
            Renew(lane);
        return lane;
    }

    public void Give(Lane lane) => _free.Push(lane);

    /// <summary>Gives a lane a new client id.</summary>
    public void Renew(Lane lane)
    {
        lane.Last = new(Guid.CreateVersion7(time.GetUtcNow()), 0);
        lane.Made = time.GetTimestamp();
    }

    /// <summary>A client id and the number it has come to.</summary>
    internal sealed class Lane
    {
        public WriteToken Last { get; set; }

        public long Made { get; set; }

        public WriteToken Next() => Last = Last.Next;
    }
}
