using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Output;

/// <summary>What each shard did for a search, and all of them together.</summary>
internal static class ExplainTable
{
    /// <summary>Prints a row a shard and a last one for the whole.</summary>
    public static void Print(Terminal terminal, IReadOnlyList<ShardReport> shards)
    {
        var table = new ResultTable("shard", "silo", ">rows", ">filtered", ">scanned", ">bytes", ">time");
        foreach (var shard in shards.OrderBy(shard => shard.Shard))
            Add(table, $"{shard.Shard}", shard.Silo, shard.Rows, shard.Filtered, shard.Scanned, shard.BytesRead, shard.Elapsed);
        Add(
            table,
            "all",
            "",
            shards.Sum(shard => shard.Rows),
            shards.Sum(shard => shard.Filtered),
            shards.Sum(shard => shard.Scanned),
            shards.Sum(shard => shard.BytesRead),
            shards.Count == 0 ? TimeSpan.Zero : shards.Max(shard => shard.Elapsed));
        table.Print(terminal);
    }

    /// <summary>All of it in one line.</summary>
    public static string Line(IReadOnlyList<ShardReport> shards) =>
        $"{Quantity.Count(shards.Sum(shard => shard.Rows))} rows, "
        + $"{Quantity.Count(shards.Sum(shard => shard.Filtered))} filtered out, "
        + $"{Quantity.Count(shards.Sum(shard => shard.Scanned))} scanned, "
        + $"{Quantity.Bytes(shards.Sum(shard => shard.BytesRead))} read; "
        + string.Join(", ", shards.OrderBy(shard => shard.Shard).Select(shard => $"shard {shard.Shard} {Quantity.Duration(shard.Elapsed)}"));

    private static void Add(ResultTable table, string shard, string silo, long rows, long filtered, long scanned, long bytes, TimeSpan time) =>
        table.Add(
            shard, silo, Quantity.Count(rows), Quantity.Count(filtered), Quantity.Count(scanned), Quantity.Bytes(bytes), Quantity.Duration(time));
}
