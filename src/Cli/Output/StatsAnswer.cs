using System.Globalization;
using System.Text.Json;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Output;

/// <summary>What an index holds, shard by shard, as a table and as JSON.</summary>
internal static class StatsAnswer
{
    /// <summary>Prints it in the form that was asked for.</summary>
    public static void Print(CommandContext context, IndexDescription index, ClusterIndexStats stats)
    {
        if (context.Json)
            JsonOutput.Write(context.Terminal.Output, json => Write(json, index, stats));
        else
            Print(context.Terminal, stats);
    }

    private static void Print(Terminal terminal, ClusterIndexStats stats)
    {
        var table = new ResultTable("shard", "silo", ">rows", ">memory", ">disk", ">log position");
        foreach (var shard in stats.Shards)
            Add(table, shard);
        table.Add("all", "", Quantity.Count(stats.Vectors), Quantity.Bytes(stats.MemoryBytes), Quantity.Bytes(stats.DiskBytes), "");
        table.Print(terminal);
    }

    private static void Add(ResultTable table, ShardStats shard) => table.Add(
        shard.Shard.ToString(CultureInfo.InvariantCulture),
        shard.Silo,
        Quantity.Count(shard.Vectors),
        Quantity.Bytes(shard.MemoryBytes),
        Quantity.Bytes(shard.DiskBytes),
        $"{shard.Position.Epoch}/{shard.Position.Position}");

    private static void Write(Utf8JsonWriter json, IndexDescription index, ClusterIndexStats stats)
    {
        json.WriteStartObject();
        json.WriteString("name", index.Name);
        json.WriteString("index_type", stats.IndexType);
        json.WriteBoolean("codes", !index.Settings.WithoutCodes);
        json.WriteNumber("vectors", stats.Vectors);
        json.WriteNumber("memory_bytes", stats.MemoryBytes);
        json.WriteNumber("disk_bytes", stats.DiskBytes);
        json.WriteStartArray("shards");
        foreach (var shard in stats.Shards)
        {
            json.WriteStartObject();
            json.WriteNumber("shard", shard.Shard);
            json.WriteString("silo", shard.Silo);
            json.WriteNumber("vectors", shard.Vectors);
            json.WriteNumber("memory_bytes", shard.MemoryBytes);
            json.WriteNumber("disk_bytes", shard.DiskBytes);
            json.WriteNumber("epoch", shard.Position.Epoch);
            json.WriteNumber("position", shard.Position.Position);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
