using System.Globalization;
using System.Text.Json;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Output;

/// <summary>What indexes are, as a table and as JSON.</summary>
internal static class IndexAnswer
{
    /// <summary>Prints one index, in the form that was asked for.</summary>
    /// <param name="context">Where, and in which form.</param>
    /// <param name="index">The index.</param>
    /// <param name="placement">Where its shards are, where that is to be told.</param>
    public static void Print(CommandContext context, IndexDescription index, IReadOnlyList<ShardLocation>? placement = null)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json => Write(json, index, placement));
            return;
        }

        var table = new ResultTable("", "")
            .Add("name", index.Name)
            .Add("dimension", Quantity.Count(index.Settings.Dimension))
            .Add("metric", index.Settings.Metric.ToString())
            .Add("shards", Quantity.Count(index.Settings.Shards))
            .Add("codes", index.Settings.WithoutCodes ? "no" : "yes")
            .Add("created", Time(index.Created))
            .Add("incarnation", index.Incarnation);
        foreach (var part in index.Settings.Parts ?? Enumerable.Empty<VectorPart>())
            table.Add($"vector {PlainText.OneLine(part.Name)}", $"{Quantity.Count(part.Dimension)}, {part.Metric}");
        foreach (var silo in (placement ?? []).GroupBy(shard => shard.Silo).OrderBy(silo => silo.Key, StringComparer.Ordinal))
            table.Add(silo.Key.Length > 0 ? $"on {silo.Key}" : "on no silo yet", Ranges([.. silo.Select(shard => shard.Shard)]));
        table.Print(context.Terminal);
    }

    /// <summary>Prints several indexes. What is wrong with damaged ones is an error, and comes with the others.</summary>
    public static void Print(CommandContext context, IndexList indexes)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("indexes");
                foreach (var index in indexes)
                    Write(json, index);
                json.WriteEndArray();
                if (indexes.Damaged.Count > 0)
                {
                    json.WriteStartArray("damaged");
                    foreach (var damage in indexes.Damaged)
                    {
                        json.WriteStartObject();
                        json.WriteString("name", damage.Index);
                        json.WriteString("record", damage.Record);
                        json.WriteString("message", damage.Message);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            });
            return;
        }

        foreach (var damage in indexes.Damaged)
            context.Terminal.Error.WriteLine($"index '{damage.Index}': {damage.Message}");
        if (indexes.Count == 0)
        {
            context.Terminal.Output.WriteLine("no indexes");
            return;
        }

        var table = new ResultTable("name", ">dimension", "metric", ">shards", "created");
        foreach (var index in indexes)
        {
            var settings = index.Settings;
            table.Add(index.Name, Quantity.Count(settings.Dimension), settings.Metric.ToString(), Quantity.Count(settings.Shards), Time(index.Created));
        }

        table.Print(context.Terminal);
    }

    private static void Write(Utf8JsonWriter json, IndexDescription index, IReadOnlyList<ShardLocation>? placement = null)
    {
        json.WriteStartObject();
        json.WriteString("name", index.Name);
        json.WriteNumber("dimension", index.Settings.Dimension);
        json.WriteString("metric", index.Settings.Metric.ToString());
        json.WriteNumber("shards", index.Settings.Shards);
        json.WriteBoolean("codes", !index.Settings.WithoutCodes);
        WriteParts(json, index.Settings.Parts);
        json.WriteString("created", index.Created.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("incarnation", index.Incarnation);
        if (placement is not null)
        {
            json.WriteStartArray("placement");
            foreach (var shard in placement)
            {
                json.WriteStartObject();
                json.WriteNumber("shard", shard.Shard);
                json.WriteString("silo", shard.Silo);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, VectorParts? parts)
    {
        if (parts is null)
            return;
        json.WriteStartArray("vectors");
        foreach (var part in parts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteNumber("dimension", part.Dimension);
            json.WriteString("metric", part.Metric.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Thousands of shards, told as "shards 0, 3 to 7".
    private static string Ranges(int[] shards)
    {
        List<string> parts = [];
        for (int first = 0; first < shards.Length;)
        {
            int last = first;
            while (last + 1 < shards.Length && shards[last + 1] == shards[last] + 1)
                last++;
            parts.Add(last == first ? Number(first) : last == first + 1 ? $"{Number(first)}, {Number(last)}" : $"{Number(first)} to {Number(last)}");
            first = last + 1;
        }

        return $"{(shards.Length == 1 ? "shard" : "shards")} {string.Join(", ", parts)}";

        string Number(int place) => shards[place].ToString(CultureInfo.InvariantCulture);
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
