using System.Text.Json;
using IqdbFlat.Abstractions;

namespace IqdbFlat.Cli.Output;

/// <summary>What each shard did for a search, as JSON: <c>{"shard":0,"silo":"...","rows":10,"filtered":4,"scanned":6,"bytes":384,"microseconds":21.5}</c>.</summary>
internal static class ExplainJson
{
    /// <summary>Writes an array of an object a shard, by shard number.</summary>
    public static void WriteShards(Utf8JsonWriter json, string property, IReadOnlyList<ShardReport> shards)
    {
        json.WriteStartArray(property);
        foreach (var shard in shards.OrderBy(shard => shard.Shard))
        {
            json.WriteStartObject();
            json.WriteNumber("shard", shard.Shard);
            json.WriteString("silo", shard.Silo);
            json.WriteNumber("rows", shard.Rows);
            json.WriteNumber("filtered", shard.Filtered);
            json.WriteNumber("scanned", shard.Scanned);
            json.WriteNumber("bytes", shard.BytesRead);
            json.WriteNumber("microseconds", shard.Elapsed.TotalMicroseconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
