using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Engine;

namespace IqdbFlat.Cluster.Tests.Processes;

public sealed class SiloProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_that_is_killed_and_started_again_at_its_endpoint_answers_the_same_client_with_what_was_acknowledged()
    {
        using var folder = new ClusterFolder();
        await using var cluster = new SiloCluster(folder.Guard, SiloProgram.Built, 1, folder.Path, new Dictionary<string, string>
        {
            ["Silo:ClusterId"] = "killed",
            ["Silo:ServiceId"] = "killed",
            ["Storage:Provider"] = "Sqlite",
            ["Storage:Path"] = folder.File("rows.db"),
            ["Dashboard:Enabled"] = "false",
        });
        var silo = cluster.Silos[0];
        await cluster.StartAsync(Token);
        await using var connection = await cluster.ConnectAsync(client => client.Deadline = TimeSpan.FromMinutes(2), Token);
        var index = await connection.Client.CreateAsync("rows", new(4, Metric.Euclidean, 2), cancellationToken: Token);
        for (ulong id = 0; id < 3; id++)
        {
            await index.InsertAsync(new(id, new float[] { id, 0, 0, 0 }), cancellationToken: Token);
            int before = silo.ProcessId;
            await silo.KillAsync();
            Assert.False(silo.IsRunning);
            await silo.StartAsync(Token);
            Assert.NotEqual(before, silo.ProcessId);
            Assert.Equal((long)id + 1, await index.CountAsync(Token));
        }

        Assert.Equal(0, await silo.StopAsync(Token));
    }
}
