using System.Globalization;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Text;

namespace IqdbFlat.Cli.Commands.Search;

/// <summary>Prints groups of hits, and fused ranks.</summary>
internal static class GroupedAnswer
{
    /// <summary>Groups: <c>{"groups":[{"value":2024,"hits":[...]}]}</c>, or a line for each hit.</summary>
    public static void Print(CommandContext context, IReadOnlyList<HitGroup> groups)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("groups");
                foreach (var group in groups)
                {
                    json.WriteStartObject();
                    json.WritePropertyName("value");
                    RowJson.WriteValue(json, group.Value);
                    AnswerJson.WriteHits(json, "hits", group.Hits);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        if (groups.Count == 0)
        {
            context.Terminal.Output.WriteLine("no groups");
            return;
        }

        var table = new ResultTable("group", ">id", ">distance", "metadata");
        foreach (var group in groups)
        {
            foreach (var hit in group.Hits)
                table.Add(PlainText.OneLine(group.Value.ToString()), RowIdText.Of(hit.Id), FloatText.Of(hit.Distance), MetadataText.Of(hit.Metadata));
        }

        table.Print(context.Terminal);
    }

    /// <summary>Fused ranks: <c>{"hits":[{"id":{"u64":"7"},"score":0.03}]}</c>.</summary>
    public static void Print(CommandContext context, IReadOnlyList<FusedHit> hits)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("hits");
                foreach (var hit in hits)
                {
                    json.WriteStartObject();
                    json.WritePropertyName("id");
                    RowJson.WriteId(json, hit.Id);
                    json.WriteNumber("score", hit.Score);
                    if (hit.Metadata is { } metadata)
                    {
                        json.WritePropertyName("metadata");
                        RowJson.WriteMetadata(json, metadata);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        if (hits.Count == 0)
        {
            context.Terminal.Output.WriteLine("no hits");
            return;
        }

        var table = new ResultTable(">", ">id", ">score", "metadata");
        for (int i = 0; i < hits.Count; i++)
            table.Add((i + 1).ToString(CultureInfo.InvariantCulture), RowIdText.Of(hits[i].Id), FloatText.Of(hits[i].Score), MetadataText.Of(hits[i].Metadata));
        table.Print(context.Terminal);
    }
}
