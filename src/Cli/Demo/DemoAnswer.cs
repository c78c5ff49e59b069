using System.Globalization;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Demo;

/// <summary>Asks a question and prints the answer.</summary>
internal static class DemoAnswer
{
    private const int SummaryShown = 90;

    /// <summary>Searches for the question's vector.</summary>
    public static async Task<ClusterSearchResult> AskAsync(
        IFlatIndex index, MemberEmbedding embedding, DemoQuestion question, int k, CancellationToken cancellationToken)
    {
        var options = new ClusterSearchOptions { Filter = question.ParseFilter(), IncludeMetadata = true };
        var vector = new float[MemberEmbedding.Dimension];
        embedding.Embed(question.Text, vector);
        return await index.SearchAsync(vector, k, options, cancellationToken);
    }

    /// <summary>Prints question, hits and explain line.</summary>
    public static void Print(Terminal terminal, DemoQuestion question, ClusterSearchResult answer)
    {
        terminal.Output.WriteLine($"\"{PlainText.OneLine(question.Text)}\"");
        if (question.Filter is not null)
            terminal.Output.WriteLine($"  where {PlainText.OneLine(question.Filter)}");
        var table = new ResultTable(">distance", "kind", "member", ">parameters", "summary");
        foreach (var hit in answer.Hits)
        {
            var metadata = hit.Metadata!;
            table.Add(
                hit.Distance.ToString("0.000000", CultureInfo.InvariantCulture),
                metadata["kind"].AsString,
                $"{metadata["namespace"].AsString}.{metadata["member"].AsString}",
                metadata["kind"].AsString == "method" ? metadata["parameters"].ToString() : "",
                Shorten(metadata["summary"].AsString));
        }

        table.Print(terminal);
        terminal.Output.WriteLine($"  explain: {ExplainTable.Line(answer.Shards)}");
        terminal.Output.WriteLine();
    }

    /// <summary>The same as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, DemoQuestion question, ClusterSearchResult answer)
    {
        json.WriteStartObject();
        json.WriteString("question", question.Text);
        json.WriteString("filter", question.Filter);
        AnswerJson.WriteHits(json, "hits", answer.Hits);
        json.WriteString("explain", ExplainTable.Line(answer.Shards));
        json.WriteEndObject();
    }

    private static string Shorten(string text) => text.Length <= SummaryShown ? text : string.Concat(text.AsSpan(0, SummaryShown - 3), "...");
}
