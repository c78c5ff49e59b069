using System.Diagnostics;
using System.Globalization;
using Orleans.Runtime;

namespace IqdbFlat.Cluster.Tests.Lifecycle;

/// <summary>Silos that scan at full load stay members.</summary>
[Collection(SilosUnderLoad.Name)]
public sealed class SaturationTests(ITestOutputHelper output)
{
    /// <summary>Seconds that the load lasts; by default 20. The criterion of the roadmap is 120.</summary>
    private const string SecondsVariable = "IQDBFLAT_SATURATION_SECONDS";

    private const int Searchers = 24;
    private const int Queries = 32;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Two_silos_saturated_with_searches_evict_nobody()
    {
        var length = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable(SecondsVariable) ?? "20", CultureInfo.InvariantCulture));
        await using var cluster = await StoredCluster.StartAsync(2, Deadline);
        var (index, rows) = await BaseRows.CreateAsync(cluster.Connection.Client, 4, 60_000);
        var before = await cluster.MembersAsync();
        Assert.Equal(2, before.Count(member => member.Status == SiloStatus.Active));
        var busyBefore = BusyTime(cluster);
        long started = TimeProvider.System.GetTimestamp();
        long searches = 0;

        await Task.WhenAll(Enumerable.Range(0, Searchers).Select(_ => Task.Run(async () =>
        {
            while (TimeProvider.System.GetElapsedTime(started) < length)
            {
                await rows.AskManyAsync(index, Queries, Deadline);
                Interlocked.Add(ref searches, Queries);
            }
        })));

        var elapsed = TimeProvider.System.GetElapsedTime(started);
        double processors = (BusyTime(cluster) - busyBefore) / elapsed;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed.TotalSeconds:0.0} s under load: {searches} searches, {searches / elapsed.TotalSeconds:0} a second, {Searchers} calls of {Queries} at once; the silos used {processors:0.00} of {Environment.ProcessorCount} processors"));
        var after = await cluster.MembersAsync();
        foreach (var member in after)
        {
            output.WriteLine($"{member.SiloName}: {member.Status}, suspected {member.SuspectTimes?.Count ?? 0} times");
            Assert.Equal((SiloStatus.Active, 0), (member.Status, member.SuspectTimes?.Count ?? 0));
        }

        Assert.Equal(before.Select(member => member.SiloAddress).Order(), after.Select(member => member.SiloAddress).Order());
        Assert.True(searches >= Searchers, $"only {searches} searches came to an end");
    }

    private static TimeSpan BusyTime(StoredCluster cluster) => cluster.Silos.Aggregate(TimeSpan.Zero, (sum, silo) =>
    {
        using var process = Process.GetProcessById(silo.ProcessId);
        return sum + process.TotalProcessorTime;
    });
}
