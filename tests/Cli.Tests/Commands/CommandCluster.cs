using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Client;
using IqdbFlat.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>One silo for all tests of commands, which talk to it through its gateway as the process would.</summary>
public sealed class CommandCluster : IAsyncLifetime
{
    private readonly WebApplication _silo = SiloHost.Create(new IqdbFlatSiloOptions
    {
        Silo = new() { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
        Storage = new() { Provider = StorageProvider.Memory },
        Dashboard = new() { Enabled = false },
    });

    private int _indexes;

    internal IFlatIndexClient Client => _silo.Services.GetRequiredService<IFlatIndexClient>();

    private string Gateway => _silo.Services.GetRequiredService<SiloAddresses>().Gateway.ToString();

    public async ValueTask InitializeAsync() => await _silo.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    internal string NewName() => $"index-{Interlocked.Increment(ref _indexes)}";

    internal async Task<string> NewIndexAsync(int dimension = 3, string metric = "euclidean", int shards = 3)
    {
        string name = NewName();
        var run = await RunAsync("create", name, "--dimension", $"{dimension}", "--metric", metric, "--shards", $"{shards}");
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        return name;
    }

    internal Task<CommandRun> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return RunAsync(Terminal.Of(output, error), default, args);
    }

    internal async Task<CommandRun> RunAsync(Terminal terminal, CancellationToken cancellationToken, params string[] args)
    {
        var code = await CliApplication.RunAsync([.. args, "--gateway", Gateway], terminal, ClusterCommands.All(terminal), cancellationToken);
        return new(code, terminal.Output.ToString()!, terminal.Error.ToString()!);
    }
}

/// <summary>Tests that share the one silo.</summary>
[CollectionDefinition(Name)]
public sealed class SharedSilo : ICollectionFixture<CommandCluster>
{
    public const string Name = "commands on one silo";
}
