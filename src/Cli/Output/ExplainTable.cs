using System.Globalization;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Output;

/// <summary>What each shard did for a search, and all of them together.</summary>
internal static class ExplainTable
{
    /// <summary>Prints a row a shard and a last one for the whole.</summary>
    public static void Print(Terminal terminal, IReadOnlyList<ShardReport> shards)
    {
        var table = new ResultTable(
            "shard", "silo", "plan", ">rows", ">filtered", ">pruned", ">scanned", ">bytes", ">bandwidth", ">filter", ">scan", ">merge", ">time");
        foreach (var shard in shards.OrderBy(shard => shard.Shard))
            Add(table, $"{shard.Shard}", shard);
        if (shards.Count > 0)
            Add(table, "all", Total(shards));
        table.Print(terminal);
    }

    /// <summary>All of it in one line.</summary>
    public static string Line(IReadOnlyList<ShardReport> shards) =>
        $"{Quantity.Count(shards.Sum(shard => shard.Rows))} rows, "
        + $"{Quantity.Count(shards.Sum(shard => shard.Filtered))} filtered out, "
        + $"{Quantity.Count(shards.Sum(shard => shard.Scanned))} scanned, "
        + $"{Quantity.Count(shards.Sum(shard => shard.Pruned))} pruned, "
        + $"{Quantity.Bytes(shards.Sum(shard => shard.BytesRead))} read; "
        + string.Join(", ", shards.OrderBy(shard => shard.Shard).Select(shard => $"shard {shard.Shard} {Quantity.Duration(shard.Elapsed)}"));

    /// <summary>Counts and thread times added up; the time is that of the slowest shard, since they work side by side.</summary>
    private static ShardReport Total(IReadOnlyList<ShardReport> shards) => shards[0] with
    {
        Silo = "",
        Rows = shards.Sum(shard => shard.Rows),
        Filtered = shards.Sum(shard => shard.Filtered),
        Pruned = shards.Sum(shard => shard.Pruned),
        Scanned = shards.Sum(shard => shard.Scanned),
        BytesRead = shards.Sum(shard => shard.BytesRead),
        Plans = shards.Aggregate(SearchPlans.None, (plans, shard) => plans | shard.Plans),
        FilterTime = Sum(shards, shard => shard.FilterTime),
        ScanTime = Sum(shards, shard => shard.ScanTime),
        MergeTime = Sum(shards, shard => shard.MergeTime),
        Elapsed = shards.Max(shard => shard.Elapsed),
        ThreadBandwidth = 0,
    };

    private static TimeSpan Sum(IReadOnlyList<ShardReport> shards, Func<ShardReport, TimeSpan> time) =>
        shards.Aggregate(TimeSpan.Zero, (sum, shard) => sum + time(shard));

    private static void Add(ResultTable table, string name, ShardReport shard) => table.Add(
        name,
        shard.Silo,
        PlanText.Of(shard.Plans),
        Quantity.Count(shard.Rows),
        Quantity.Count(shard.Filtered),
        Quantity.Count(shard.Pruned),
        Quantity.Count(shard.Scanned),
        Quantity.Bytes(shard.BytesRead),
        BandwidthShare.Of(shard) is { } share ? share.ToString("P0", CultureInfo.InvariantCulture) : "",
        Quantity.Duration(shard.FilterTime),
        Quantity.Duration(shard.ScanTime),
        Quantity.Duration(shard.MergeTime),
        Quantity.Duration(shard.Elapsed));
}
