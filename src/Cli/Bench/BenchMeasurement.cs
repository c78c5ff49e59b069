namespace IqdbFlat.Cli.Bench;

/// <summary>What was measured of one target.</summary>
internal sealed class BenchMeasurement(int calls)
{
    /// <summary>Milliseconds of a query: those of its call, divided by the call's queries.</summary>
    public Samples QueryMilliseconds { get; } = new(calls);

    /// <summary>Milliseconds of a query in the shard that took longest: those of its call, divided by the call's queries.</summary>
    public Samples ShardMilliseconds { get; } = new(calls);

    /// <summary>Milliseconds of a query outside of that shard: fan-out, wire, merge, client.</summary>
    public Samples AroundMilliseconds { get; } = new(calls);

    /// <summary>Seconds of all calls.</summary>
    public double Seconds { get; set; }

    /// <summary>What all calls cost.</summary>
    public SearchCost Cost { get; set; }

    /// <summary>Bytes of managed memory that a query takes in this process.</summary>
    public long AllocatedPerQuery { get; set; }

    /// <summary>Queries measured.</summary>
    public long Queries { get; set; }
}
