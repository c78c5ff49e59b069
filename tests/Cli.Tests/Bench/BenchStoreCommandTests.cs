using IqdbFlat.Cli.Bench.Stores;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Cli.Tests.Bench;

public sealed class BenchStoreCommandTests
{
    private const string Connection = "IqdbFlat__Storage__ConnectionString";

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    [InlineData("redis")]
    public async Task Both_rates_and_the_write_amplification_are_told_and_nothing_is_left(string store)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("files"));
        await using var servers = new PrivateServers();
        ServerProcess? server = store switch
        {
            "postgresql" => await servers.StartPostgreSqlAsync(),
            "redis" => await servers.StartRedisAsync(),
            _ => null,
        };
        var run = await RunAsync(
            server?.ConnectionString, "--store", store, "--folder", folder.File("files"), "--rows", "2500", "--dim", "8", "--shards", "2", "--writers", "2", "--warm", "1", "--repeat", "1", "--json");
        var found = run.Ok().Json;
        Assert.Equal((store, 3_000, 8), (found.GetProperty("store").GetString(), found.GetProperty("rows").GetInt32(), found.GetProperty("dim").GetInt32()));
        double share = found.GetProperty("share_of_bare").GetDouble();
        Assert.True(share > 0 && found.GetProperty("bare_mb_per_second").GetDouble() > 0, run.Output);
        Assert.True(found.GetProperty("write_amplification").GetDouble() > 1, run.Output);
        Assert.True(found.GetProperty("provider_share").GetDouble() > 0, run.Output);
        Assert.InRange(found.GetProperty("store_busy").GetDouble(), 0.001, 1);
        Assert.True(found.GetProperty("cpu_ms_per_mb").GetDouble() > 0, run.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.File("files")));
    }

    [Theory]
    [InlineData("expected --store to be one of sqlite, postgresql, redis, found 'memory'", "--store", "memory")]
    [InlineData("the variable IqdbFlat__Storage__ConnectionString must say how to reach Redis", "--store", "redis")]
    [InlineData("expected --rows from 1 to 2147483647, found 0", "--rows", "0")]
    [InlineData("expected --writers from 1 to 1024, found 1025", "--writers", "1025")]
    public async Task What_cannot_be_is_bad_input(string sentence, params string[] args) => (await RunAsync(null, args)).Fails(ExitCode.BadInput, sentence);

    private static async Task<CommandRun> RunAsync(string? connection, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error) with { Variable = name => name == Connection ? connection : null };
        var code = await CliApplication.RunAsync(["bench-store", .. args], terminal, [new BenchStoreCommand(terminal)]);
        return new(code, output.ToString(), error.ToString());
    }
}
