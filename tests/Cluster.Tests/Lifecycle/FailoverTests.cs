using System.Globalization;
using IqdbFlat.Engine;
using Orleans.Runtime;

namespace IqdbFlat.Cluster.Tests.Lifecycle;

/// <summary>A silo is lost, and its shards are searched again.</summary>
[Collection(SilosUnderLoad.Name)]
public sealed class FailoverTests(ITestOutputHelper output)
{
    private const int Rounds = 3;
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// The promise is the settings', not the machine's: on one that is busy with other tests a round may take longer, so the best of a few must keep it.
    /// </summary>
    [Fact]
    public async Task After_SIGKILL_of_one_of_three_silos_searches_succeed_again_within_20_seconds()
    {
        await using var cluster = await StoredCluster.StartAsync(3, Patience);
        var (index, rows) = await BaseRows.CreateAsync(cluster.Connection.Client, 6, 60_000);
        var best = TimeSpan.MaxValue;
        for (int round = 0; round < Rounds && best > Promised; round++)
        {
            var silo = cluster.Silos[round];
            string address = silo.Endpoint.ToString();
            var held = (await cluster.Connection.Client.LocateShardsAsync(index.Name, Token)).Where(shard => shard.Address == address).ToArray();
            Assert.NotEmpty(held);
            await silo.KillAsync();
            long killed = TimeProvider.System.GetTimestamp();
            TimeSpan Since() => TimeProvider.System.GetElapsedTime(killed);

            // Searches all the while: they wait inside their deadline and none may fail.
            var detection = Task.Run(
                async () =>
                {
                    await Waiting.UntilAsync(
                        () => MembersOrNoneAsync(cluster),
                        members => members.Any(member => member.SiloAddress.Endpoint.ToString() == address && member.Status == SiloStatus.Dead)
                            && !members.Any(member => member.SiloAddress.Endpoint.ToString() == address && member.Status == SiloStatus.Active));
                    return Since();
                },
                Token);
            var directory = Task.Run(
                async () =>
                {
                    await Waiting.UntilAsync(
                        () => LocateAsync(cluster, index.Name), found => found.Length > 0 && held.All(shard => found[shard.Shard].Address is var now && now.Length > 0 && now != address));
                    return Since();
                },
                Token);
            await rows.AskAsync(index, Patience);
            var searched = Since();
            var (dead, placed) = (await detection, await directory);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{held.Length} of 6 shards lost: searched again {searched.TotalSeconds:0.0} s after the kill; declared dead by {dead.TotalSeconds:0.0} s, all shards placed anew by {placed.TotalSeconds:0.0} s, the rest is recovery"));
            best = searched < best ? searched : best;
            await rows.AskAsync(index, Patience);
            await silo.StartAsync(Token);
            await foreach (var move in cluster.Connection.Client.RebalanceAsync(index.Name, Token))
                output.WriteLine($"shard {move.Shard} moved from {move.From} to {move.To}");
        }

        Assert.True(best <= Promised, $"the best of {Rounds} rounds took {best.TotalSeconds:0.0} s");
    }

    // The grains that are asked may have been on the silo that is gone.
    private static async Task<MembershipEntry[]> MembersOrNoneAsync(StoredCluster cluster)
    {
        try
        {
            return await cluster.MembersAsync();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return [];
        }
    }

    private static async Task<Abstractions.ShardLocation[]> LocateAsync(StoredCluster cluster, string index)
    {
        try
        {
            return [.. await cluster.Connection.Client.LocateShardsAsync(index, Token)];
        }
        catch (Exception e) when (e is FlatIndexException or OrleansException)
        {
            return [];
        }
    }
}
