using System.Globalization;
using IqdbFlat.Cli.Chaos;
using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Cluster.Tests.Faults;

/// <summary>One of three silos is cut off from the others. It still reaches the store, so only fencing keeps it from acknowledging what is lost.</summary>
public sealed class NetworkCutTests
{
    private const string GatewayKey = "a-key-for-clients-0001";
    private const int Silos = 3;
    private const int Minority = 2;
    private const ulong Seed = 1_066;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_minority_side_never_acknowledges_a_write_that_is_lost()
    {
        PrivateServers.SkipWithout(RedisProcess.Missing);
        using var networks = Networks.Make(Silos);
        using var folder = new ClusterFolder();
        await using var records = new RedisProcess(folder.Guard, folder.Path, "records", networks.Bridge);
        await using var members = new RedisProcess(folder.Guard, folder.Path, "members", networks.Bridge);
        await Task.WhenAll(records.StartAsync(Token), members.StartAsync(Token));
        var silos = Enumerable.Range(0, Silos).Select(number => new SiloCluster(
            folder.Guard, SiloProgram.Built with { NetworkNamespace = networks[number] }, 1, Directory.CreateDirectory(folder.File($"silo-{number}")).FullName, Settings(networks, number, records, members))).ToArray();
        try
        {
            await Task.WhenAll(silos.Select(silo => silo.StartAsync(Token)));
            await RunAsync(networks, silos);
        }
        catch
        {
            TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', silos.Select(silo => silo.LogTails)));
            throw;
        }
        finally
        {
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    private static async Task RunAsync(Networks networks, SiloCluster[] silos)
    {
        var findings = new Findings();
        var writers = new ChaosWriters(2, Seed, TimeProvider.System, findings);
        var (ofMajority, ofMinority) = (writers.All[0], writers.All[1]);
        await using var toMajority = await silos[0].ConnectAsync([silos[0].Silos[0], silos[1].Silos[0]], client => (client.Deadline, client.GatewayKey) = (ChaosWriters.Deadline, GatewayKey), Token);
        await using var toMinority = await silos[0].ConnectAsync([silos[Minority].Silos[0]], client => (client.Deadline, client.GatewayKey) = (ChaosWriters.Deadline, GatewayKey), Token);
        await using var ofOracle = await silos[0].ConnectAsync([silos[0].Silos[0]], client => (client.Deadline, client.GatewayKey) = (TimeSpan.FromMinutes(2), GatewayKey), Token);
        var index = await ChaosWriters.CreateIndexAsync(ofOracle.Client, Token);

        // Both sides have a writer of their own, and one oracle.
        var handles = new[] { await toMajority.Client.OpenAsync(ChaosWriters.IndexName, Token), await toMinority.Client.OpenAsync(ChaosWriters.IndexName, Token) };
        writers.Start(handles, Token);
        await writers.AnsweredAgainAsync(Token);

        networks.Cut(0, Minority);
        networks.Cut(1, Minority);
        long atCut = ofMinority.Acknowledged;

        // The others vote it out, take its shards over and go on; it finds itself voted out, in the list that it still reads, and ends.
        await writers.UntilAsync(() => !silos[Minority].Silos[0].IsRunning, "the silo that is cut off has ended", Token);
        long then = ofMajority.Acknowledged;
        await writers.UntilAsync(() => ofMajority.Acknowledged >= then + 20, "the majority goes on", Token);
        long afterCut = ofMinority.Acknowledged - atCut;

        networks.Mend(0, Minority);
        networks.Mend(1, Minority);
        await silos[Minority].StartAsync(Token);
        await writers.AnsweredAgainAsync(Token);
        await writers.StopAsync(Token);
        long rows = await writers.CheckAsync(index, Token);
        Assert.Empty(findings.Words);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"network cut: {writers.Acknowledged} writes acknowledged, {afterCut} of them through the minority after the cut, {writers.Unknown} unknown, {rows} rows compared"));
    }

    private static Dictionary<string, string> Settings(Networks networks, int number, RedisProcess records, RedisProcess members) => new()
    {
        ["Silo:ClusterId"] = "cut",
        ["Silo:ServiceId"] = "cut",
        ["Silo:BindAddress"] = networks.Address(number).ToString(),
        ["Dashboard:Enabled"] = "false",
        ["Dashboard:Key"] = "a-key-for-http-0001",
        ["Connections:GatewayKey"] = GatewayKey,
        ["Connections:SiloKey"] = "a-key-for-silos-0001",
        ["Storage:Provider"] = "Redis",
        ["Storage:ConnectionString"] = records.ConnectionString,
        ["Clustering:Provider"] = "Redis",
        ["Clustering:ConnectionString"] = members.ConnectionString,
    };
}
