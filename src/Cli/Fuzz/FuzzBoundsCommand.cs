using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Cli.Fuzz;

/// <summary><c>fuzz-bounds</c>: holds the bounds of certified pruning against the canonical distance, for as many pairs as one has time for.</summary>
internal sealed class FuzzBoundsCommand : CliCommand
{
    private const int MostThreads = 1_024;

    private readonly Option<long> _pairs = new("--pairs") { Description = "Pairs of a query and a row, rounded up to whole rounds of 64", HelpName = "N", DefaultValueFactory = _ => 10_000_000 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Where randomness starts", HelpName = "S", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads; the result is the same for any number", HelpName = "T", DefaultValueFactory = _ => Environment.ProcessorCount };

    /// <summary>The command.</summary>
    public FuzzBoundsCommand(Terminal terminal)
        : base("fuzz-bounds", "Holds the bounds of certified pruning against distances, over pairs made to break them. Exit code 0 without a violation, 1 with one.", terminal)
    {
        Add(_pairs);
        Add(_seed);
        Add(_threads);
    }

    /// <inheritdoc/>
    protected override Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        long pairs = context.Values.GetValue(_pairs);
        int threads = context.Values.GetValue(_threads);
        if (pairs < 1)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"expected --pairs of at least 1, found {pairs}"));
        if (threads is < 1 or > MostThreads)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"expected --threads from 1 to {MostThreads}, found {threads}"));
        var report = BoundFuzz.Run(pairs, context.Values.GetValue(_seed), threads, cancellationToken);
        if (context.Json)
            JsonOutput.Write(context.Terminal.Output, json => Write(json, report));
        else
            Print(context.Terminal, report);
        return Task.FromResult(report.Violations == 0 ? ExitCode.Ok : ExitCode.Failed);
    }

    private static void Print(Terminal terminal, BoundFuzzReport report)
    {
        terminal.Output.WriteLine($"{Quantity.Count(report.Pairs)} pairs, {Quantity.Count(report.Bounded)} with a bound, {Quantity.Count(report.Violations)} violations");
        terminal.Output.WriteLine($"tightest margin {report.TightestMargin.ToString("G6", CultureInfo.InvariantCulture)}");
        if (report.FirstViolation is { } violation)
            terminal.Output.WriteLine(violation);
    }

    private static void Write(Utf8JsonWriter json, BoundFuzzReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("pairs", report.Pairs);
        json.WriteNumber("bounded", report.Bounded);
        json.WriteNumber("violations", report.Violations);
        json.WriteNumber("tightest_margin", double.IsFinite(report.TightestMargin) ? report.TightestMargin : 0);
        if (report.FirstViolation is { } violation)
            json.WriteString("first_violation", violation);
        json.WriteEndObject();
    }
}
