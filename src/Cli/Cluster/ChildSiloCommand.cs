using System.CommandLine;
using IqdbFlat.Cli.Bench.Telemetry;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IqdbFlat.Cli.Cluster;

/// <summary>
/// What a <see cref="ChildSilo"/> runs; not for people. It prints its endpoints for clients and for silos and serves until its standard input ends. A line there
/// is the collector to which its metrics and traces go from now on, or says that they go to nobody; it is done when that is answered.
/// </summary>
internal sealed class ChildSiloCommand : CliCommand
{
    /// <summary>The command's name.</summary>
    public const string CommandName = "child-silo";

    /// <summary>The option that names the cluster.</summary>
    public const string Cluster = "--cluster";

    /// <summary>The option that names the first silo of the cluster; empty for that silo itself.</summary>
    public const string Primary = "--primary";

    /// <summary>The option for the number of scan threads.</summary>
    public const string Threads = "--threads";

    /// <summary>The line that turns metrics and traces off.</summary>
    public const string Nobody = "nobody";

    /// <summary>The answer to a line.</summary>
    public const string Done = "done";

    /// <summary>The command.</summary>
    public ChildSiloCommand(Terminal terminal)
        : base(CommandName, "Serves records in memory until standard input ends.", terminal)
    {
        Hidden = true;
        Add(new Option<string>(Cluster) { Required = true });
        Add(new Option<string>(Primary) { DefaultValueFactory = _ => "" });
        Add(new Option<int>(Threads));
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = MemorySilo.Options(
            context.Values.GetRequiredValue<string>(Cluster), context.Values.GetRequiredValue<string>(Primary), context.Values.GetValue<int>(Threads));
        await using var silo = SiloHost.Create(options);
        await silo.StartAsync(cancellationToken);
        var addresses = silo.Services.GetRequiredService<SiloAddresses>();
        await context.Terminal.Output.WriteLineAsync($"{addresses.Gateway} {addresses.Silo}");
        await context.Terminal.Output.FlushAsync(cancellationToken);
        await Task.Run(() => ObeyAsync(context.Terminal.Output), CancellationToken.None).WaitAsync(cancellationToken);
        await silo.StopAsync(CancellationToken.None);
        return ExitCode.Ok;
    }

    private static async Task ObeyAsync(TextWriter output)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        Exporters? exporters = null;
        while (await input.ReadLineAsync() is { } line)
        {
            exporters?.Dispose();
            exporters = line == Nobody ? null : new(new(line), "silo");
            await output.WriteLineAsync(Done);
            await output.FlushAsync();
        }

        exporters?.Dispose();
    }
}
