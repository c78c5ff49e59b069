using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Tests.Hosting;

namespace IqdbFlat.Silo.Tests.Telemetry;

public sealed class MetricsTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_reads_the_silo_its_shards_the_client_and_Orleans()
    {
        var index = await Filled("metrics");
        await index.SearchAsync(new float[2], 3, new() { Filter = Filter.Lt("n", 4L) }, Cancel);
        await Assert.ThrowsAsync<FlatIndexException>(() => index.SearchAsync(new float[3], 3, cancellationToken: Cancel));
        using var http = silo.Http();

        string text = await RunningSilo.UntilAsync(
            () => http.GetStringAsync("/metrics", Cancel), text => Sum(text, "iqdbflat_shard_rows_met_total", "metrics") == 10);

        Assert.Equal(10, Sum(text, "iqdbflat_shard_rows", "metrics"));
        Assert.Equal(6, Sum(text, "iqdbflat_shard_rows_filtered_total", "metrics"));
        Assert.Equal(2, Sum(text, "iqdbflat_shard_recovery(_ratio)?", "metrics"));
        Assert.Equal(2, Sum(text, "iqdbflat_shard_search_duration_seconds_count", "metrics"));
        Assert.Matches("(?m)^db_client_operation_duration_seconds_count\\{[^}]*db_operation_name=\"search\"[^}]*\\} 1", Only(text, "metrics", "error_type=\"DimensionMismatch\""));
        Assert.Matches("(?m)^db_client_operation_duration_seconds_bucket\\{[^}]*le=\"0.001\"", Only(text, "metrics", "db_system_name=\"iqdbflat\""));
        Assert.Matches("(?m)^iqdbflat_scan_queue", text);
        Assert.Matches("(?m)^iqdbflat_memory_limit_bytes\\{[^}]*\\} [1-9]", text);
        Assert.Matches("(?m)^orleans_", text);
    }

    [Fact]
    public async Task Metrics_need_the_key()
    {
        using var http = silo.Http(withKey: false);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/metrics", UriKind.Relative), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Metrics_can_be_turned_off()
    {
        await using var quiet = SiloHost.Create(RunningSilo.Options(new() { Telemetry = { Prometheus = false } }));
        await quiet.StartAsync(Cancel);
        using var http = new HttpClient { BaseAddress = ((SiloAddresses)quiet.Services.GetService(typeof(SiloAddresses))!).Http };
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/metrics", UriKind.Relative), Cancel)).StatusCode);
        await quiet.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_trace_goes_on_from_the_caller_through_the_grains()
    {
        var ended = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        var index = await Filled("traced");
        using var parent = new Activity("a caller").Start();
        parent.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is IqdbFlatTelemetry.Name or "Microsoft.Orleans.Application",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await index.SearchAsync(new float[2], 3, cancellationToken: Cancel);

        var search = Assert.Single(ended, activity => activity.Source.Name == IqdbFlatTelemetry.Name);
        Assert.Equal(("search traced", parent.SpanId), (search.DisplayName, search.ParentSpanId));
        Assert.Contains(ended, activity => activity.Source.Name == "Microsoft.Orleans.Application" && activity.TraceId == parent.TraceId && activity.Kind == ActivityKind.Server);
    }

    private async Task<IFlatIndex> Filled(string name)
    {
        var index = await silo.Client.CreateAsync(name, new(2, Metric.Euclidean, 2), cancellationToken: Cancel);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 10).Select(i => new Row((ulong)i, new float[] { i, 0 }, Metadata.From(("n", (long)i))))], cancellationToken: Cancel);
        return index;
    }

    /// <summary>The sum of a metric's lines for one index.</summary>
    private static double Sum(string text, string metric, string index) => Lines(text, index)
        .Where(line => Regex.IsMatch(line, $@"^{metric}\{{"))
        .Sum(line => double.Parse(line.Split("} ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));

    private static string Only(string text, string index, string also) => string.Join('\n', Lines(text, index).Where(line => line.Contains(also, StringComparison.Ordinal)));

    private static IEnumerable<string> Lines(string text, string index) =>
        text.Split('\n').Where(line => line.Contains($"db_collection_name=\"{index}\"", StringComparison.Ordinal));
}
