using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Output;

public class ExplainOutputTests
{
    [Theory]
    [InlineData(SearchPlans.None, "none")]
    [InlineData(SearchPlans.Scan, "scan")]
    [InlineData(SearchPlans.Scan | SearchPlans.Gather | SearchPlans.KeptFilter, "scan+gather+kept filter")]
    [InlineData(SearchPlans.Pruned | SearchPlans.Runs | (SearchPlans)(1 << 20), "pruned+runs")]
    public void Plans_are_named(SearchPlans plans, string text) => Assert.Equal(text, PlanText.Of(plans));

    [Fact]
    public void The_share_of_the_bandwidth_is_bytes_by_the_time_of_the_scan_against_what_a_thread_reads()
    {
        Assert.Equal(0.5, BandwidthShare.Of(Report(bytes: 1_000_000, bandwidth: 2e9)));
        Assert.Null(BandwidthShare.Of(Report(bytes: 1_000_000, bandwidth: 0)));
        Assert.Null(BandwidthShare.Of(Report(bytes: 0, bandwidth: 2e9)));
    }

    private static ShardReport Report(long bytes, double bandwidth) => new()
    {
        Shard = 0,
        Silo = "s",
        Position = default,
        Rows = 1,
        Filtered = 0,
        Scanned = 1,
        BytesRead = bytes,
        Elapsed = TimeSpan.FromMilliseconds(3),
        ScanTime = TimeSpan.FromMilliseconds(1),
        ThreadBandwidth = bandwidth,
    };
}
