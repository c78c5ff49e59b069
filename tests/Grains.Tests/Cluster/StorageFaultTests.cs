using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tests.Log;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>A store that fails under a whole cluster, with tokens and retries: what was acknowledged is there, once, and nothing else is.</summary>
public sealed class StorageFaultTests(ITestOutputHelper output)
{
    private static readonly WriteOptions Patient = new() { Deadline = TimeSpan.FromMinutes(2) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    [InlineData(Fault.Late)]
    [InlineData(Fault.Twice)]
    internal async Task A_fault_at_any_operation_of_a_shard_loses_nothing_and_does_nothing_twice(Fault fault)
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        int operations = int.MaxValue;
        for (int n = 0; n < operations; n++)
        {
            int at = n;
            int done = 0;
            var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
            string home = $"shard/{index.Description.Home}/";
            stores.Faults = (owner, _) => owner.StartsWith(home, StringComparison.Ordinal) && Interlocked.Increment(ref done) - 1 == at ? fault : Fault.None;
            await RunAsync(index);
            await DeactivateAsync(cluster, index);
            await AssertAsync(index, $"{fault} at {n}");
            operations = done;
            stores.Faults = (_, _) => Fault.None;
            await cluster.Client.DropAsync(index.Name, Cancel);
        }

        output.WriteLine($"{fault} at each of {operations} operations.");
        Assert.True(operations > 10);
    }

    [Fact]
    public async Task Many_faults_at_random_in_shards_index_and_catalog_lose_nothing_and_do_nothing_twice()
    {
        var random = new Random(4711);
        var gate = new Lock();
        Fault[] kinds = [Fault.Before, Fault.After, Fault.Late, Fault.Twice];
        int faults = 0;
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(2, stores: stores);
        for (int round = 0; round < 6; round++)
        {
            var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
            stores.Faults = (_, _) =>
            {
                lock (gate)
                {
                    if (random.NextDouble() >= 0.15)
                        return Fault.None;
                    faults++;
                    return kinds[random.Next(kinds.Length)];
                }
            };
            await RunAsync(index);
            stores.Faults = (_, _) => Fault.None;
            await DeactivateAsync(cluster, index);
            await AssertAsync(index, $"round {round}");
        }

        output.WriteLine($"{faults} faults, seed 4711.");
        Assert.True(faults > 10);
    }

    // What each call answers is the first answer of it, whatever became of its tries.
    private static async Task RunAsync(IFlatIndex index)
    {
        await index.InsertBatchAsync([.. Enumerable.Range(0, 8).Select(i => Row((ulong)i))], Patient, Cancel);
        await index.UpsertBatchAsync([Row(2, 20), Row(9, 90)], Patient, Cancel);
        Assert.Equal(2, await index.DeleteBatchAsync([0, 1, 77], Patient, Cancel));
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertBatchAsync([Row(10), Row(3), Row(11)], Patient, Cancel));
        Assert.Equal((FlatErrorKind.Duplicate, 1), (error.Kind, error.Error.Item!.Value));
        await index.DeleteAsync(4, Patient, Cancel);
        await index.InsertAsync(Row(4, 40), Patient, Cancel);
    }

    private static async Task AssertAsync(IFlatIndex index, string what)
    {
        var rows = await index.ExportAsync(0, Cancel).Select(row => (row.Id.Number, row.Vector.Span[0])).ToListAsync(Cancel);
        (ulong, float)[] expected = [(3, 3), (5, 5), (6, 6), (7, 7), (2, 20), (9, 90), (10, 10), (4, 40)];
        Assert.True(expected.SequenceEqual(rows), $"{what}: found {string.Join(", ", rows)}");
    }

    private static async Task DeactivateAsync(TestCluster cluster, IFlatIndex index)
    {
        for (int shard = 0; shard < 2; shard++)
            await cluster.Orleans.DeactivateAsync(cluster.Grains.GetGrain<Abstractions.IShardGrain>(index.Description.ShardKey(shard)));
    }

    private static Row Row(ulong id, float x = float.NaN) => new(id, new[] { float.IsNaN(x) ? id : x });
}
