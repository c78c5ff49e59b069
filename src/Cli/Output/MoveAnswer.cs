using System.Globalization;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Output;

/// <summary>What was moved, a line a shard.</summary>
internal static class MoveAnswer
{
    /// <summary>Prints one move, when it is done.</summary>
    public static void Print(CommandContext context, ShardMove move)
    {
        var output = context.Terminal.Output;
        if (!context.Json)
        {
            string seconds = move.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            output.WriteLine(PlainText.OneLine(move.From == move.To
                ? $"shard {move.Shard} of {move.Index} is on {move.To} already"
                : $"shard {move.Shard} of {move.Index} moved from {move.From} to {move.To}: {Quantity.Count(move.Rows)} rows in {seconds} s"));
            output.Flush();
            return;
        }

        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteString("index", move.Index);
            json.WriteNumber("shard", move.Shard);
            json.WriteString("from", move.From);
            json.WriteString("to", move.To);
            json.WriteNumber("rows", move.Rows);
            json.WriteNumber("seconds", Math.Round(move.Elapsed.TotalSeconds, 3));
            json.WriteEndObject();
        });
        output.Flush();
    }

    /// <summary>Prints how many moves a rebalance took.</summary>
    public static void PrintEnd(CommandContext context, int moves)
    {
        if (!context.Json)
        {
            context.Terminal.Output.WriteLine(moves == 0 ? "all shards lie evenly: nothing was moved" : $"{Quantity.Count(moves)} moved");
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("moved", moves);
            json.WriteEndObject();
        });
    }
}
