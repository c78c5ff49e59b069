using System.CommandLine;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>The main job on real input: the documentation of .NET, ingested into a silo in this process and searched in plain language.</summary>
internal sealed class DemoCommand : CliCommand
{
    private const int Shards = 3;
    private static readonly int[] DigestShards = [1, 3, 8];

    private readonly Argument<string?> _question = new("question")
    {
        Description = "A question of your own; without one a handful of examples is asked",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "A condition on assembly, namespace, type, kind, member, parameters and summary_length, for a question of your own",
    };

    private readonly Option<int> _k = new("--k") { Description = "Hits of an answer", DefaultValueFactory = _ => 5 };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The folder of the data; by default iqdbflat/demo in your local application data",
    };

    private readonly Option<string?> _dotnet = new("--dotnet")
    {
        Description = "The folder of the .NET installation whose documentation is read; by default that of the running one",
    };

    private readonly Option<bool> _stay = new("--stay") { Description = "Keep the silo and its dashboard up until Ctrl-C" };

    public DemoCommand(Terminal terminal)
        : base("demo", "Search the documentation of .NET in plain language, on a silo in this process", terminal)
    {
        Add(_question);
        Add(_filter);
        Add(_k);
        Add(_data);
        Add(_dotnet);
        Add(_stay);
    }

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (values, terminal) = (context.Values, context.Terminal);
        var questions = QuestionsOf(values.GetValue(_question), values.GetValue(_filter));
        int k = values.GetValue(_k);
        if (k is < 1 or > Limits.Hits)
            throw FlatIndexException.InvalidConfig($"--k is 1 to {Limits.Hits}, found {k}");

        var files = values.GetValue(_dotnet) is { } dotnet ? ReferencePacks.Find([dotnet]) : ReferencePacks.Find();
        terminal.Error.WriteLine($"reading {Quantity.Count(files.Count)} files of .NET's reference documentation");
        var corpus = DemoCorpus.Read(files, cancellationToken: cancellationToken);
        var embedding = MemberEmbedding.Learn(corpus.Members, cancellationToken);
        terminal.Error.WriteLine(
            $"{Quantity.Count(corpus.Documented)} documented members, {Quantity.Count(corpus.Members.Count)} of them distinct, "
            + $"each a unit vector of {MemberEmbedding.Dimension} dimensions made of its words and letters (lexical: no language model)");

        string folder = values.GetValue(_data) ?? DefaultFolder();
        await using var silo = await DemoSilo.StartAsync(Path.Combine(folder, "demo.db"), cancellationToken);
        terminal.Error.WriteLine($"a silo is up in this process, with its data in {folder}");
        var index = await DemoIndex.OpenAsync(silo.Client, corpus, embedding, Shards, terminal, cancellationToken);
        terminal.Error.WriteLine();

        await AskAsync(context, index, embedding, questions, k, cancellationToken);
        var exit = values.GetValue(_question) is null && !context.Json
            ? await CompareAsync(silo.Client, index, corpus, embedding, terminal, cancellationToken)
            : ExitCode.Ok;
        await StayAsync(silo, values.GetValue(_stay), context.Json ? terminal.Error : terminal.Output, cancellationToken);
        return exit;
    }

    private static IReadOnlyList<DemoQuestion> QuestionsOf(string? question, string? filter)
    {
        if (question is null && filter is not null)
            throw FlatIndexException.InvalidConfig("--filter goes with a question of your own, and there is none");
        if (question is null)
            return DemoQuestion.Examples;
        var own = new DemoQuestion(question, filter);

        // Read here, so that a mistake in it is told before anything is started.
        FilterLimits.Check(own.ParseFilter());
        return [own];
    }

    private static async Task AskAsync(
        CommandContext context, IFlatIndex index, MemberEmbedding embedding, IReadOnlyList<DemoQuestion> questions, int k, CancellationToken cancellationToken)
    {
        foreach (var question in questions)
        {
            var answer = await DemoAnswer.AskAsync(index, embedding, question, k, cancellationToken);
            if (context.Json)
                JsonOutput.Write(context.Terminal.Output, json => DemoAnswer.Write(json, question, answer));
            else
                DemoAnswer.Print(context.Terminal, question, answer);
        }
    }

    /// <summary>The promise of the same bits, shown: one digest over three indexes of the same rows.</summary>
    private static async Task<ExitCode> CompareAsync(
        IFlatIndexClient client, IFlatIndex open, DemoCorpus corpus, MemberEmbedding embedding, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Output.WriteLine("The same rows in 1, 3 and 8 shards: SHA-256 over every id and distance of 70 answers.");
        var table = new ResultTable(">shards", "digest");
        var digests = new HashSet<string>(StringComparer.Ordinal);
        foreach (int shards in DigestShards)
        {
            var index = shards == Shards ? open : await DemoIndex.OpenAsync(client, corpus, embedding, shards, terminal, cancellationToken);
            string digest = await DemoDigests.OfAsync(index, corpus, embedding, cancellationToken);
            digests.Add(digest);
            table.Add($"{shards}", digest);
        }

        table.Print(terminal);
        terminal.Output.WriteLine(digests.Count == 1 ? "The answers are the same to the bit." : "THE ANSWERS DIFFER: this is a defect, please report it.");
        terminal.Output.WriteLine();
        return digests.Count == 1 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task StayAsync(DemoSilo silo, bool stay, TextWriter output, CancellationToken cancellationToken)
    {
        if (!stay)
        {
            output.WriteLine($"Orleans Dashboard: {silo.Dashboard} while the demo runs; --stay keeps it up.");
            return;
        }

        output.WriteLine($"Orleans Dashboard: {silo.Dashboard}; Ctrl-C stops.");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static string DefaultFolder() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "iqdbflat", "demo");
}
