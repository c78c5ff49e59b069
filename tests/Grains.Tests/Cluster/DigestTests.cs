using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>The promise of the same bits: one digest over shards, silos, scan threads and batch sizes, and it is the engine's.</summary>
public sealed class DigestTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    [InlineData(3, 7)]
    public async Task Shards_silos_threads_and_batches_do_not_show_in_the_answers(short silos, int threads)
    {
        var cancel = TestContext.Current.CancellationToken;
        int seed = Random.Shared.Next();
        var scenario = new Scenario(seed);
        await using var cluster = await TestCluster.StartAsync(silos, threads);
        foreach (var (metric, shards, batch) in Cases())
        {
            var index = await cluster.CreateIndexAsync(Scenario.Dimension, metric, shards);

            string digest = await scenario.RunAsync(index, batch, cancel);

            Assert.True(
                digest == scenario.RunEngine(metric),
                $"seed {seed}: {metric}, {shards} shards, batches of {batch}, {silos} silos, {threads} threads differ from the engine");
        }
    }

    private static IEnumerable<(Metric Metric, int Shards, int Batch)> Cases() =>
    [
        (Metric.Euclidean, 1, 500),
        (Metric.Euclidean, 2, 1_500),
        (Metric.Cosine, 3, 64),
        (Metric.DotProduct, 8, 333),
        (Metric.Manhattan, 2, 1_000),
        (Metric.Hamming, 3, 1_500),
        (Metric.SquaredEuclidean, 8, 100),
    ];
}
