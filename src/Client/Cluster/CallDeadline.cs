using IqdbFlat.Engine;

namespace IqdbFlat.Client.Cluster;

/// <summary>When a call must be over. One deadline covers all messages that a call is cut into.</summary>
internal readonly struct CallDeadline
{
    private readonly TimeProvider _time;
    private readonly long _start;

    /// <summary>Starts the clock. A limit that no call may have: <see cref="FlatErrorKind.InvalidConfig"/>.</summary>
    public CallDeadline(TimeProvider time, TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero || limit > IqdbFlatClientOptions.MaxDeadline)
            throw FlatIndexException.InvalidConfig($"a deadline is above 0 and at most {IqdbFlatClientOptions.MaxDeadline}, found {limit}");
        _time = time;
        _start = time.GetTimestamp();
        Limit = limit;
    }

    public TimeSpan Limit { get; }

    public TimeSpan Remaining => Limit - _time.GetElapsedTime(_start);
}
