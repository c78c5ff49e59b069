using System.Globalization;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Text;

namespace IqdbFlat.Cli.Commands.Search;

/// <summary>Prints answers: tables for people, the spelling of the golden cases for programs.</summary>
/// <param name="context">Where to print, and in which form.</param>
/// <param name="metadata">Whether hits carry metadata.</param>
/// <param name="explain">Whether to say what each shard did.</param>
/// <param name="paged">Whether to say what the next page of one query is asked for with.</param>
internal sealed class SearchAnswer(CommandContext context, bool metadata, bool explain, bool paged = false)
{
    /// <summary>The one answer of a command: <c>{"hits":[...]}</c>, and <c>"shards"</c> where the search is explained.</summary>
    public void Print(IReadOnlyList<Hit> hits, IReadOnlyList<ShardReport> shards)
    {
        if (!context.Json)
        {
            PrintHits(hits);
            if (paged && hits.Count > 0)
                context.Terminal.Output.WriteLine($"more with --cursor {hits[^1].Cursor}");
            if (explain)
                ExplainTable.Print(context.Terminal, shards);
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            AnswerJson.WriteHits(json, "hits", hits);
            if (paged)
                json.WriteString("cursor", hits.Count > 0 ? hits[^1].Cursor : null);
            if (explain)
                ExplainJson.WriteShards(json, "shards", shards);
            json.WriteEndObject();
        });
    }

    /// <summary>
    /// One batch out of many: a line <c>{"query":0,"hits":[...]}</c> each, then, where searches are explained, one for the batch:
    /// <c>{"first_query":0,"queries":256,"shards":[...]}</c>.
    /// </summary>
    public void Print(long first, IReadOnlyList<IReadOnlyList<Hit>> answers, IReadOnlyList<ShardReport> shards)
    {
        for (int i = 0; i < answers.Count; i++)
        {
            long query = first + i;
            var hits = answers[i];
            if (context.Json)
            {
                JsonOutput.Write(context.Terminal.Output, json =>
                {
                    json.WriteStartObject();
                    json.WriteNumber("query", query);
                    AnswerJson.WriteHits(json, "hits", hits);
                    json.WriteEndObject();
                });
                continue;
            }

            context.Terminal.Output.WriteLine($"query {Quantity.Count(query)}");
            PrintHits(hits);
        }

        if (explain)
            PrintExplain(first, answers.Count, shards);
    }

    private void PrintExplain(long first, int queries, IReadOnlyList<ShardReport> shards)
    {
        if (!context.Json)
        {
            context.Terminal.Output.WriteLine($"queries {Quantity.Count(first)} to {Quantity.Count(first + queries - 1)}");
            ExplainTable.Print(context.Terminal, shards);
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("first_query", first);
            json.WriteNumber("queries", queries);
            ExplainJson.WriteShards(json, "shards", shards);
            json.WriteEndObject();
        });
    }

    private void PrintHits(IReadOnlyList<Hit> hits)
    {
        if (hits.Count == 0)
        {
            context.Terminal.Output.WriteLine("no hits");
            return;
        }

        var table = metadata ? new ResultTable(">", ">id", ">distance", "metadata") : new ResultTable(">", ">id", ">distance");
        for (int i = 0; i < hits.Count; i++)
        {
            string rank = (i + 1).ToString(CultureInfo.InvariantCulture);
            string id = RowIdText.Of(hits[i].Id);
            string distance = FloatText.Of(hits[i].Distance);
            if (metadata)
                table.Add(rank, id, distance, MetadataText.Of(hits[i].Metadata));
            else
                table.Add(rank, id, distance);
        }

        table.Print(context.Terminal);
    }
}
