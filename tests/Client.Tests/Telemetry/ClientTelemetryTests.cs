using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests.Telemetry;

public sealed class ClientTelemetryTests : IDisposable
{
    private readonly FakeCluster _cluster = new();
    private readonly string _index = $"t-{Guid.NewGuid():n}";
    private readonly ConcurrentQueue<Dictionary<string, object?>> _measured = [];
    private readonly ConcurrentQueue<Activity> _activities = [];
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _tracer;

    public ClientTelemetryTests()
    {
        // Other tests make calls meanwhile: only those of this index are looked at.
        _cluster.Description = _cluster.Description with { Name = _index };
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == IqdbFlatTelemetry.Name && instrument.Name == IqdbFlatTelemetry.OperationDuration)
                listener.EnableMeasurementEvents(instrument, instrument.Unit);
        };
        _meters.SetMeasurementEventCallback<double>((_, value, tags, unit) =>
        {
            var told = tags.ToArray().ToDictionary();
            if (Equals(told.GetValueOrDefault(IqdbFlatTelemetry.Collection), _index))
                _measured.Enqueue(new(told) { ["value"] = value, ["unit"] = unit });
        });
        _meters.Start();
        _tracer = new ActivityListener
        {
            ShouldListenTo = source => source.Name == IqdbFlatTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem(IqdbFlatTelemetry.Collection), _index))
                    _activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_tracer);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _meters.Dispose();
        _tracer.Dispose();
    }

    [Fact]
    public async Task A_call_is_measured_in_seconds_under_the_conventions_names()
    {
        var watch = Stopwatch.StartNew();
        await _cluster.Open().SearchAsync(new float[2], 1, cancellationToken: Token);
        watch.Stop();

        var told = Assert.Single(_measured);
        Assert.Equal(("iqdbflat", "search", "s"), (told["db.system.name"], told["db.operation.name"], told["unit"]));
        Assert.False(told.ContainsKey("error.type"));
        Assert.InRange((double)told["value"]!, 0, watch.Elapsed.TotalSeconds);
        var activity = Assert.Single(_activities);
        Assert.Equal(($"search {_index}", ActivityKind.Client, ActivityStatusCode.Unset), (activity.DisplayName, activity.Kind, activity.Status));
        Assert.Equal(("iqdbflat", "search"), (activity.GetTagItem("db.system.name"), activity.GetTagItem("db.operation.name")));
    }

    [Fact]
    public async Task A_call_that_fails_says_with_which_kind_of_error()
    {
        var index = _cluster.Open();
        await Assert.ThrowsAsync<FlatIndexException>(() => index.SearchAsync(new float[3], 1, cancellationToken: Token));

        Assert.Equal("DimensionMismatch", Assert.Single(_measured)["error.type"]);
        var activity = Assert.Single(_activities);
        Assert.Equal(("DimensionMismatch", ActivityStatusCode.Error), (activity.GetTagItem("error.type"), activity.Status));
        Assert.Contains("dimension", activity.StatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_its_caller_gives_up_is_told_as_cancelled()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _cluster.Open().InsertAsync(new(1, new float[2]), cancellationToken: gone.Token));
        Assert.Equal("Cancelled", Assert.Single(_measured)["error.type"]);
    }

    [Fact]
    public async Task Each_call_has_its_own_name_and_counts_once()
    {
        var index = _cluster.Open();
        Row row = new(1, new float[2]);
        await index.InsertAsync(row, cancellationToken: Token);
        await index.UpsertAsync(row, cancellationToken: Token);
        await index.UpsertBatchAsync([row], cancellationToken: Token);
        await index.SearchBatchAsync([new float[2], new float[2]], 1, cancellationToken: Token);
        await index.GetAsync(1, Token);
        await index.DeleteAsync(1, cancellationToken: Token);
        await index.InsertBatchAsync([row], cancellationToken: Token);

        Assert.Equal(
            ["insert", "upsert", "upsert_batch", "search_batch", "get", "delete", "insert_batch"],
            _measured.Select(told => told["db.operation.name"]));
        Assert.Equal(_measured.Count, _activities.Count);
    }

    [Fact]
    public async Task Calls_made_of_several_searches_or_about_a_filter_count_once_and_a_scroll_once_a_page()
    {
        var index = _cluster.Open();
        await index.InsertBatchAsync([.. Enumerable.Range(0, 3).Select(i => new Row((ulong)i, new float[2], Metadata.From(("a", 1L))))], cancellationToken: Token);
        _measured.Clear();
        _activities.Clear();
        await index.SearchGroupsAsync(new float[2], "a", 1, 1, cancellationToken: Token);
        await index.SearchFusedAsync([new(new float[2]), new(new float[2])], 1, cancellationToken: Token);
        await index.CountMatchingAsync(null, Token);
        await index.ListAsync(cancellationToken: Token);
        var scrolled = await index.ScrollAsync(new() { Limit = 2 }, Token).ToArrayAsync(Token);
        await index.DeleteMatchingAsync(Filter.Eq("a", 1L), cancellationToken: Token);

        Assert.Equal(3, scrolled.Length);
        Assert.Equal(
            ["search_groups", "search_fused", "count_matching", "list", "list", "list", "delete_matching"],
            _measured.Select(told => told["db.operation.name"]));
        Assert.Equal(_measured.Count, _activities.Count);
    }
}
