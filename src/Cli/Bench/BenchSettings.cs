using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>What a bench does.</summary>
/// <param name="Source">Rows and queries.</param>
/// <param name="Metric">How distances are measured.</param>
/// <param name="K">Hits of an answer.</param>
/// <param name="Shards">Shards of an index on a silo in a process of its own; 0 for the engine in this process.</param>
/// <param name="Silos">Silos, each in a process of its own, that the shards are spread over.</param>
/// <param name="Threads">Threads that scan, of the engine and of each silo.</param>
/// <param name="Batch">Queries of one call.</param>
/// <param name="Repeat">How often all queries are measured.</param>
/// <param name="CompareEngine">Whether the engine is measured in the same run, in turns of some calls, beside the shards.</param>
/// <param name="Plan">How searches go through the rows.</param>
/// <param name="CompareScan">Whether the plain scan is measured in the same run, in turns of some calls, beside the plan.</param>
/// <param name="Results">Where to write the ids of all answers, as .ivecs; or nowhere.</param>
/// <param name="Distances">Where to write the distances of all answers, as .fvecs; or nowhere.</param>
internal sealed record BenchSettings(
    IBenchSource Source,
    Metric Metric,
    int K,
    int Shards,
    int Silos,
    int Threads,
    int Batch,
    int Repeat,
    bool CompareEngine,
    SearchPlan Plan,
    bool CompareScan,
    string? Results,
    string? Distances)
{
    /// <summary>Whether the queries of a batch are measured one a call in the same run, in turns of some calls.</summary>
    public bool CompareSingle { get; init; }

    /// <summary>Whether the same index on silos that tell of themselves, searched by a client that is listened to, is measured in turns beside.</summary>
    public bool CompareTelemetry { get; init; }

    /// <summary>Whether nothing is warmed up and turns are short: for the digest, not for times.</summary>
    public bool Quick { get; init; }

    /// <summary>Clients that search at once; 1 for none beside the first.</summary>
    public int Clients { get; init; } = 1;

    /// <summary>Which rows count; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Whether searches with the filter, for the first time and again, are measured beside searches without one.</summary>
    public bool CompareUnfiltered { get; init; }
}
