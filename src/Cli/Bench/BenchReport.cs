using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Bench;

/// <summary>What a bench found. Each property's JSON name is its name in lower case with underscores.</summary>
internal sealed record BenchReport
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Rows.</summary>
    public required long N { get; init; }

    /// <summary>Components of a vector.</summary>
    public required int Dim { get; init; }

    /// <summary>How distances are measured.</summary>
    public required string Metric { get; init; }

    /// <summary>Hits of an answer.</summary>
    public required int K { get; init; }

    /// <summary>Threads that scan, and read in the measurement of the bandwidth.</summary>
    public required int Threads { get; init; }

    /// <summary>Shards; 0 for the engine in this process.</summary>
    public required int Shards { get; init; }

    /// <summary>Queries of a call.</summary>
    public required int Batch { get; init; }

    /// <summary>10^9 bytes a second that this machine reads from the rows' memory, the median of all probes; 0 where there are too few rows to measure it.</summary>
    public required double BandwidthGbps { get; init; }

    /// <summary>10^9 bytes of rows that a query reads, by its median time.</summary>
    public required double ScanGbps { get; init; }

    /// <summary>How searches go through the rows.</summary>
    public required string Plan { get; init; }

    /// <summary>Rows of a query that a proven bound left out without their distance, on average.</summary>
    public required long RowsPruned { get; init; }

    /// <summary>Bytes of rows and codes that a query reads, on average.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Milliseconds of a query, the median: a call's time divided by its queries.</summary>
    public required double MedianMs { get; init; }

    /// <summary>Milliseconds of a query that 99 of 100 do not pass.</summary>
    public required double P99Ms { get; init; }

    /// <summary>Queries by the time of all calls; with several clients, queries of all of them by the time of a turn, the median.</summary>
    public required double QueriesPerSecond { get; init; }

    /// <summary>Managed memory that a query takes in this process.</summary>
    public required long AllocatedBytesPerQuery { get; init; }

    /// <summary>SHA-256 over all answers; see <see cref="AnswerDigest"/>.</summary>
    public required string Digest { get; init; }

    /// <summary>Where rows and queries came from.</summary>
    public required string Data { get; init; }

    /// <summary>Queries.</summary>
    public required int Queries { get; init; }

    /// <summary>How often all queries were measured.</summary>
    public required int Repeat { get; init; }

    /// <summary>The share of the read bandwidth that scans reached; 0 where that is unknown.</summary>
    public required double ScanShare { get; init; }

    /// <summary>Bits of the vectors that distances are computed with.</summary>
    public required int VectorBits { get; init; }

    /// <summary>Rows a second by the time of the engine's insert calls, batches of 1,000 lying ready in memory.</summary>
    public required double IngestRowsPerSecond { get; init; }

    /// <summary>Bytes that the engine holds for the rows.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The same, by the bytes of the raw floats.</summary>
    public required double MemoryFactor { get; init; }

    /// <summary>Rows a second by the time of the cluster's insert calls; 0 without shards.</summary>
    public double ShardsIngestRowsPerSecond { get; init; }

    /// <summary>Milliseconds of a query on the engine alone, measured in turns of some calls beside the shards; null where that was not asked for.</summary>
    public double? EngineMedianMs { get; init; }

    /// <summary>What the shards take above the engine: the difference of the medians; null where that was not asked for.</summary>
    public double? OverheadMs { get; init; }

    /// <summary>Milliseconds of a query while metrics and traces are sent, measured in pairs of turns; null where that was not asked for. <see cref="MedianMs"/> is then of the other turns.</summary>
    public double? TelemetryMedianMs { get; init; }

    /// <summary>A turn's median by that of its pair without, the median of all pairs; null where that was not asked for.</summary>
    public double? TelemetryRatio { get; init; }

    /// <summary>The quartiles of the same: half of all pairs lie between them.</summary>
    public double[]? TelemetryRatioQuartiles { get; init; }

    /// <summary>Queries a second of the same queries one a call, measured in turns of some calls beside the batches; null where that was not asked for.</summary>
    public double? SingleQueriesPerSecond { get; init; }

    /// <summary>How many times a single query's time is that of a query in a batch, by the medians; null where that was not asked for.</summary>
    public double? BatchRatio { get; init; }

    /// <summary>Clients that searched at once, one query a call each.</summary>
    public int Clients { get; init; } = 1;

    /// <summary>With several clients: queries a second of one alone, measured in turns beside them; null for one.</summary>
    public double? OneClientQueriesPerSecond { get; init; }

    /// <summary>With several clients: queries a second of all by those of one alone, the median of all pairs of turns; null for one.</summary>
    public double? ClientsRatio { get; init; }

    /// <summary>Milliseconds of a query by the plain scan, measured in turns of some calls beside the plan; null where that was not asked for.</summary>
    public double? PlainMedianMs { get; init; }

    /// <summary>The plain scan's median by the plan's; null where that was not asked for.</summary>
    public double? TimesFaster { get; init; }

    /// <summary>Silos that the shards were spread over; 0 for the engine in this process.</summary>
    public required int Silos { get; init; }

    /// <summary>Milliseconds of a query in the shard that took longest, from the arrival of its request to its answer, the median; null without shards.</summary>
    public double? ShardMedianMs { get; init; }

    /// <summary>Milliseconds of a query outside of that shard, the median: fan-out, wire, merge and client; null without shards.</summary>
    public double? AroundMedianMs { get; init; }

    /// <summary>Which rows count; null where all do.</summary>
    public string? Filter { get; init; }

    /// <summary>Rows that the filter selects; null without one.</summary>
    public long? RowsSelected { get; init; }

    /// <summary>Milliseconds of a search with a filter that no search has used before, the median; null where that was not asked for.</summary>
    public double? FirstUseMs { get; init; }

    /// <summary>The same where a search before has used it.</summary>
    public double? KeptFilterMs { get; init; }

    /// <summary>The same without a filter.</summary>
    public double? UnfilteredMs { get; init; }

    /// <summary>How many times the search without a filter takes as long as a first use beside it, the median of all pairs.</summary>
    public double? FirstUseRatio { get; init; }

    /// <summary>How many times it takes as long as one whose filter is kept.</summary>
    public double? KeptFilterRatio { get; init; }

    /// <summary>Prints it, for people or as one JSON object.</summary>
    public void Print(CommandContext context)
    {
        var members = JsonSerializer.SerializeToElement(this, Json);
        if (context.Json)
        {
            context.Terminal.Output.WriteLine(members.GetRawText());
            return;
        }

        var table = new ResultTable("measured", ">value");
        foreach (var member in members.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null)
                table.Add(member.Name.Replace('_', ' '), member.Value.ToString());
        }

        table.Print(context.Terminal);
    }
}
