using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Bench;

/// <summary>What <c>bench-recovery</c> found. Each property's JSON name is its name in lower case with underscores.</summary>
internal sealed record RecoveryReport
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Rows of the shard.</summary>
    public required long Rows { get; init; }

    /// <summary>Components of a vector.</summary>
    public required int Dim { get; init; }

    /// <summary>How often both were measured.</summary>
    public required int Repeat { get; init; }

    /// <summary>How often each process did what is measured before it was measured.</summary>
    public required int Warm { get; init; }

    /// <summary>Bytes of the records.</summary>
    public required long Bytes { get; init; }

    /// <summary>Seconds of reading and checking the records, each run.</summary>
    public required double[] ReadSeconds { get; init; }

    /// <summary>Seconds of recovery, each run.</summary>
    public required double[] RecoverySeconds { get; init; }

    /// <summary>10^6 bytes of records a second while they are only read, the median.</summary>
    public required double ReadMbps { get; init; }

    /// <summary>10^6 bytes of records a second while they are recovered, the median.</summary>
    public required double RecoveryMbps { get; init; }

    /// <summary>The rate of recovery by that of reading: the median over the runs, each against the reading just before it.</summary>
    public required double Share { get; init; }

    /// <summary>The lowest share of a run.</summary>
    public required double ShareLowest { get; init; }

    /// <summary>The highest share of a run.</summary>
    public required double ShareHighest { get; init; }

    /// <summary>Resident bytes of the process at the most, during its first recovery; the process with the most.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Resident bytes after it, in that process.</summary>
    public required long EndBytes { get; init; }

    /// <summary>The peak by the end; the process with the most.</summary>
    public required double MemoryFactor { get; init; }

    /// <summary>What the runs say together.</summary>
    public static RecoveryReport Of(int dimension, int warm, List<RecoveryPhase> reads, List<RecoveryPhase> recoveries)
    {
        double[] shares = [.. reads.Zip(recoveries, (read, recovery) => read.Seconds / recovery.Seconds)];
        var worst = recoveries.MaxBy(phase => phase.PeakBytes / (double)Math.Max(1, phase.EndBytes))!;
        return new()
        {
            Rows = recoveries[0].Rows,
            Dim = dimension,
            Repeat = reads.Count,
            Warm = warm,
            Bytes = reads[0].Bytes,
            ReadSeconds = [.. reads.Select(phase => Rounded(phase.Seconds))],
            RecoverySeconds = [.. recoveries.Select(phase => Rounded(phase.Seconds))],
            ReadMbps = Rounded(Median(reads.Select(phase => phase.Bytes / phase.Seconds / 1e6))),
            RecoveryMbps = Rounded(Median(recoveries.Select(phase => reads[0].Bytes / phase.Seconds / 1e6))),
            Share = Rounded(Median(shares)),
            ShareLowest = Rounded(shares.Min()),
            ShareHighest = Rounded(shares.Max()),
            PeakBytes = worst.PeakBytes,
            EndBytes = worst.EndBytes,
            MemoryFactor = Rounded(worst.PeakBytes / (double)Math.Max(1, worst.EndBytes)),
        };
    }

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
            table.Add(member.Name.Replace('_', ' '), member.Value.ToString());
        table.Print(context.Terminal);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}
