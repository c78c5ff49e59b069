using System.Globalization;
using System.Text.Json;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Output;

/// <summary>What indexes are, as a table and as JSON.</summary>
internal static class IndexAnswer
{
    /// <summary>Prints one index, in the form that was asked for.</summary>
    public static void Print(CommandContext context, IndexDescription index)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json => Write(json, index));
            return;
        }

        new ResultTable("", "")
            .Add("name", index.Name)
            .Add("dimension", Quantity.Count(index.Settings.Dimension))
            .Add("metric", index.Settings.Metric.ToString())
            .Add("shards", Quantity.Count(index.Settings.Shards))
            .Add("created", Time(index.Created))
            .Add("incarnation", index.Incarnation)
            .Print(context.Terminal);
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

    private static void Write(Utf8JsonWriter json, IndexDescription index)
    {
        json.WriteStartObject();
        json.WriteString("name", index.Name);
        json.WriteNumber("dimension", index.Settings.Dimension);
        json.WriteString("metric", index.Settings.Metric.ToString());
        json.WriteNumber("shards", index.Settings.Shards);
        json.WriteString("created", index.Created.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("incarnation", index.Incarnation);
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
