using System.Globalization;
using System.Text.Json;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Output;

/// <summary>What a verification found, as tables and sentences, and as JSON: one object an index.</summary>
internal static class VerifyAnswer
{
    /// <summary>Prints it in the form that was asked for.</summary>
    public static void Print(CommandContext context, IReadOnlyList<IndexVerification> indexes)
    {
        foreach (var index in indexes)
        {
            if (context.Json)
                JsonOutput.Write(context.Terminal.Output, json => Write(json, index));
            else
                Print(context.Terminal, index);
        }

        if (indexes.Count == 0 && !context.Json)
            context.Terminal.Output.WriteLine("there is no index");
    }

    private static void Print(Terminal terminal, IndexVerification index)
    {
        if (index.Shards.Count > 0)
        {
            var table = new ResultTable("shard", "silo", ">records", ">bytes", ">rows stored", "digest", ">problems");
            foreach (var shard in index.Shards)
                Add(table, shard);
            table.Print(terminal);
        }

        foreach (var problem in index.Problems)
            terminal.Output.WriteLine(PlainText.OneLine($"{index.Index}: record {problem.Record} {problem.Reason}"));
        foreach (string reason in index.Unchecked)
            terminal.Output.WriteLine(PlainText.OneLine($"{index.Index}: not checked: {reason}"));
        terminal.Output.WriteLine(index.IsSound
            ? $"{index.Index} is sound: {Quantity.Count(index.Digest?.Rows ?? 0)} rows, digest {index.Digest}"
            : $"{index.Index} is not sound: {Quantity.Count(index.Problems.Count)} problems, {Quantity.Count(index.Unchecked.Count)} things not checked");
    }

    private static void Add(ResultTable table, ShardVerification shard) => table.Add(
        shard.Shard.ToString(CultureInfo.InvariantCulture),
        shard.Silo,
        Quantity.Count(shard.Records),
        Quantity.Bytes(shard.Bytes),
        shard.Stored is { } rows ? Quantity.Count(rows.Rows) : "unknown",
        shard.Stored?.ToString() ?? "unknown",
        Quantity.Count(shard.ProblemCount));

    private static void Write(Utf8JsonWriter json, IndexVerification index)
    {
        json.WriteStartObject();
        json.WriteString("index", index.Index);
        json.WriteBoolean("sound", index.IsSound);
        WriteDigest(json, index.Digest);
        json.WriteStartArray("shards");
        foreach (var shard in index.Shards)
        {
            json.WriteStartObject();
            json.WriteNumber("shard", shard.Shard);
            json.WriteString("silo", shard.Silo);
            json.WriteNumber("records", shard.Records);
            json.WriteNumber("bytes", shard.Bytes);
            WriteDigest(json, shard.Stored);
            json.WriteBoolean("compared_with_memory", shard.InMemory is not null && shard.Stored is not null);
            json.WriteNumber("problems", shard.ProblemCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (var problem in index.Problems)
        {
            json.WriteStartObject();
            json.WriteString("record", problem.Record);
            json.WriteString("reason", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("unchecked");
        foreach (string reason in index.Unchecked)
            json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDigest(Utf8JsonWriter json, RowsDigest? digest)
    {
        if (digest is not { } rows)
            return;
        json.WriteNumber("rows", rows.Rows);
        json.WriteString("digest", rows.ToString());
    }
}
