using IqdbFlat.Cli.Chaos;
using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Client;

namespace IqdbFlat.Cluster.Tests.Faults;

/// <summary>A cluster of processes with writers at work, to which something is done.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    private const int Writers = 3;
    private const ulong Seed = 4_711;
    private readonly ClusterFolder _folder;
    private readonly Findings _findings = new();
    private ClusterConnection _ofOracle = null!;
    private ClusterConnection _ofWriters = null!;
    private IFlatIndex _index = null!;
    private IFlatIndex[] _handles = [];

    private FaultyCluster(ClusterFolder folder, ChaosStores stores, SmallDisk? disk, SiloCluster silos)
    {
        (_folder, Stores, Disk, Silos) = (folder, stores, disk, silos);
        Work = new(Writers, Seed, TimeProvider.System, _findings);
    }

    public ChaosStores Stores { get; }

    public SmallDisk? Disk { get; }

    public SiloCluster Silos { get; }

    public ChaosWriters Work { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts stores and silos and lets writers write.</summary>
    /// <param name="storage">Where records are kept.</param>
    /// <param name="silos">How many silos.</param>
    /// <param name="prepare">Makes a disk for the store, between the start of the servers and that of the silos, whose settings it may change.</param>
    public static async Task<FaultyCluster> StartAsync(
        ChaosStorage storage, int silos, Func<ClusterFolder, ChaosStores, Dictionary<string, string>, Task<SmallDisk>>? prepare = null)
    {
        var folder = new ClusterFolder();
        var stores = await ChaosStores.StartAsync(folder.Guard, storage, silos, folder.Path, Token);
        var settings = new Dictionary<string, string>(stores.Settings);
        var disk = prepare is null ? null : await prepare(folder, stores, settings);
        var cluster = new FaultyCluster(folder, stores, disk, new(folder.Guard, SiloProgram.Built, silos, folder.Path, settings));
        try
        {
            await cluster.Silos.StartAsync(Token);
            cluster._ofOracle = await cluster.Silos.ConnectAsync(client => client.Deadline = TimeSpan.FromMinutes(2), Token);
            cluster._ofWriters = await cluster.Silos.ConnectAsync(client => client.Deadline = ChaosWriters.Deadline, Token);
            cluster._index = await ChaosWriters.CreateIndexAsync(cluster._ofOracle.Client, Token);
            cluster._handles = await cluster.Work.OpenAsync(cluster._ofWriters.Client, Token);
            await cluster.WriteAsync();
            return cluster;
        }
        catch
        {
            TestContext.Current.TestOutputHelper!.WriteLine(cluster.Silos.LogTails);
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the writers write, and waits until each has been answered.</summary>
    public Task WriteAsync()
    {
        Work.Start(_handles, Token);
        return Work.AnsweredAgainAsync(Token);
    }

    /// <summary>Waits until every writer has met the fault: an answer that is a typed error.</summary>
    public Task FaultIsFeltAsync()
    {
        long[] then = [.. Work.All.Select(writer => writer.Refused + writer.Unknown + writer.Retried)];
        return Work.UntilAsync(
            () => Work.All.Zip(then).All(pair => pair.First.Refused + pair.First.Unknown + pair.First.Retried > pair.Second), "every writer is answered with an error", Token);
    }

    /// <summary>The fault is over: the same silos must go on by themselves, and hold what was acknowledged.</summary>
    public async Task GoesOnWithEverythingAsync(bool withTheSameProcesses = true)
    {
        int[] processes = [.. Silos.Silos.Select(silo => silo.ProcessId)];
        try
        {
            await Work.AnsweredAgainAsync(Token);
            await Work.StopAsync(Token);
            long rows = await Work.CheckAsync(_index, Token);
            Assert.True(rows > 0);
            Assert.Empty(_findings.Words);
            if (withTheSameProcesses)
                Assert.DoesNotContain(0, processes);
            TestContext.Current.TestOutputHelper!.WriteLine($"acknowledged {Work.Acknowledged}, refused {Work.Refused}, unknown {Work.Unknown}, retried {Work.Retried}, {rows} rows compared");
        }
        catch
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{Silos.LogTails}\n{Stores.LogTails}");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in new[] { _ofWriters, _ofOracle })
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }

        await Silos.DisposeAsync();
        await Stores.DisposeAsync();
        Disk?.Dispose();
        _folder.Dispose();
    }
}
