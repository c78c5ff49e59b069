using System.Text.Json;
using IqdbFlat.Abstractions;

namespace IqdbFlat.Cli.Output;

/// <summary>What each shard did for a search, as JSON: <c>{"shard":0,"silo":"...","rows":10,"filtered":4,"pruned":0,"scanned":6,"bytes":384,"plan":"gather",
/// "filter_microseconds":3.5,"scan_microseconds":9,"merge_microseconds":1,"microseconds":21.5,"bandwidth_share":0.5}</c>; the share where it is known.</summary>
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
            json.WriteNumber("pruned", shard.Pruned);
            json.WriteNumber("scanned", shard.Scanned);
            json.WriteNumber("bytes", shard.BytesRead);
            json.WriteString("plan", PlanText.Of(shard.Plans));
            json.WriteNumber("filter_microseconds", shard.FilterTime.TotalMicroseconds);
            json.WriteNumber("scan_microseconds", shard.ScanTime.TotalMicroseconds);
            json.WriteNumber("merge_microseconds", shard.MergeTime.TotalMicroseconds);
            json.WriteNumber("microseconds", shard.Elapsed.TotalMicroseconds);
            if (BandwidthShare.Of(shard) is { } share)
                json.WriteNumber("bandwidth_share", Math.Round(share, 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
