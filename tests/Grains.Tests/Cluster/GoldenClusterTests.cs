using System.Collections.Concurrent;
using IqdbFlat.Cli.Conformance;
using IqdbFlat.Tests.Golden;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>The golden cases against a cluster of two silos: the answers of one index, whatever the number of shards.</summary>
public sealed class GoldenClusterTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Every_golden_case_is_answered(int shards)
    {
        var failures = new ConcurrentBag<string>();
        var cases = shards == 3 ? GoldenFile.Cases.Concat(GoldenFile.ValuesAndLeaves) : GoldenFile.Cases;
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (golden, cancel) =>
        {
            if (await GoldenRun.RunAsync(golden, new ClusterSubject(silos.Cluster.Client, shards), cancel) is { } failure)
                failures.Add($"{golden.Name}: {failure}");
        });

        Assert.Empty(failures);
    }
}
