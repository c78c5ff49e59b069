using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Memory;
using Microsoft.Extensions.DependencyInjection;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>When a write is acknowledged, over a store that answers when it is told to.</summary>
public sealed class CommitTests
{
    private const int Dimension = 4_096;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_is_neither_acknowledged_nor_seen_before_it_is_durable_and_searches_go_on_meanwhile()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        var (reached, hold) = stores.Hold("put", "shard/", "log/");

        var write = index.InsertAsync(new(2, new float[1]), cancellationToken: Cancel);
        await reached;
        var during = await index.SearchAsync(new float[1], 5, cancellationToken: Cancel);
        bool early = write.IsCompleted;
        hold.SetResult();
        await write;

        Assert.False(early);
        Assert.Single(during.Hits);
        Assert.Equal(2, await index.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_write_past_the_silos_memory_is_refused_and_what_leaves_gives_its_bytes_back()
    {
        await using var cluster = await TestCluster.StartAsync(1, memoryBudgetBytes: 12L * 1024 * 1024);
        var index = await cluster.CreateIndexAsync(Dimension, Metric.Euclidean, 1);
        await index.InsertBatchAsync(Rows(0), cancellationToken: Cancel);

        await FailsAsync(FlatErrorKind.ResourceLimitExceeded, async () =>
        {
            for (int batch = 1; batch < 4; batch++)
                await index.InsertBatchAsync(Rows(batch), cancellationToken: Cancel);
        });

        Assert.NotEmpty((await index.SearchAsync(new float[Dimension], 5, cancellationToken: Cancel)).Hits);
        var memory = cluster.SiloServices.GetRequiredService<SiloMemory>();
        Assert.InRange(memory.UsedBytes, 1, memory.BudgetBytes);
        await cluster.Client.DropAsync(index.Name, Cancel);
        await cluster.Orleans.WaitForDeactivationAsync(cluster.Grains.GetGrain<Abstractions.IShardGrain>(index.Description.ShardKey(0)));
        Assert.Equal(0, memory.UsedBytes);
    }

    [Fact]
    public async Task Metadata_and_writes_of_several_shards_at_once_stay_within_the_budget_and_the_silo_lives()
    {
        await using var cluster = await TestCluster.StartAsync(1, memoryBudgetBytes: 24L * 1024 * 1024);
        var memory = cluster.SiloServices.GetRequiredService<SiloMemory>();
        var index = await cluster.CreateIndexAsync(16, Metric.Euclidean, 4);
        long most = 0;
        int refused = 0;
        int written = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < 400; i++)
                {
                    try
                    {
                        ulong id = (ulong)((writer * 1_000) + i);
                        await index.InsertAsync(
                            new(id, new float[16], Metadata.From(("text", new string((char)('a' + writer), 8_000) + id))), cancellationToken: Cancel);
                        Interlocked.Increment(ref written);
                    }
                    catch (FlatIndexException e) when (e.Kind == FlatErrorKind.ResourceLimitExceeded)
                    {
                        Interlocked.Increment(ref refused);
                    }

                    InterlockedMax(ref most, memory.UsedBytes);
                }
            },
            Cancel)));

        Assert.True(refused > 0, "nothing was refused");
        Assert.InRange(most, memory.BudgetBytes / 4, memory.BudgetBytes);
        Assert.Equal(written, await index.CountAsync(Cancel));
        Assert.NotEmpty((await index.SearchAsync(new float[16], 5, cancellationToken: Cancel)).Hits);

        // What removes is taken however full the silo is, and makes room again.
        await index.ClearAsync(cancellationToken: Cancel);
        await index.InsertAsync(new(1, new float[16]), cancellationToken: Cancel);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        for (long known = Volatile.Read(ref most); value > known;)
            known = Interlocked.CompareExchange(ref most, value, known) is var seen && seen == known ? value : seen;
    }

    private static Row[] Rows(int batch) => [.. Enumerable.Range(0, 200).Select(i => new Row((ulong)((batch * 200) + i), new float[Dimension]))];
}
