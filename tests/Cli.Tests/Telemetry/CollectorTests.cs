using IqdbFlat.Cli.Bench.Telemetry;
using IqdbFlat.Cli.Tests.Commands;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace IqdbFlat.Cli.Tests.Telemetry;

/// <summary>A silo whose setting names a collector sends it metrics and traces. Numbers of fields are those of OTLP's proto files, version 1.</summary>
/// <remarks>Sources of spans are the process's: this silo sends those of every other too, and drops some where they are many. So it does not run beside the silo of the commands.</remarks>
[Collection(SharedSilo.Name)]
public sealed class CollectorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_sends_its_metrics_and_the_spans_of_its_shards_to_the_collector_that_the_setting_names()
    {
        await using var collector = await Collector.StartAsync(keeps: true, Cancel);
        await using (var silo = SiloHost.Create(
        [
            "--IqdbFlat:Silo:Name", "told", "--IqdbFlat:Silo:SiloPort", "0", "--IqdbFlat:Silo:GatewayPort", "0", "--IqdbFlat:Silo:HttpPort", "0",
            "--IqdbFlat:Storage:Provider", "Memory", "--IqdbFlat:Telemetry:Prometheus", "false", "--IqdbFlat:Telemetry:OtlpEndpoint", $"{collector.Endpoint}",
        ]))
        {
            await silo.StartAsync(Cancel);
            var client = silo.Services.GetRequiredService<IFlatIndexClient>();
            var index = await client.CreateAsync("sent", new(2, Engine.Metric.Euclidean, 2), cancellationToken: Cancel);
            await index.InsertBatchAsync([.. Enumerable.Range(0, 10).Select(i => new Row((ulong)i, new float[] { i, 0 }))], cancellationToken: Cancel);
            await index.SearchAsync(new float[2], 3, cancellationToken: Cancel);
            await Assert.ThrowsAsync<FlatIndexException>(() => index.SearchAsync(new float[3], 3, cancellationToken: Cancel));

            // Gauges are read when metrics are sent: now, while the shards are there, and not when the minute is over.
            Assert.True(silo.Services.GetRequiredService<MeterProvider>().ForceFlush());
            await silo.StopAsync(Cancel);
        }

        var metrics = collector.MetricRequests.SelectMany(request => new ProtobufFields(request).All(1)).ToList();
        var spans = collector.TraceRequests.SelectMany(request => new ProtobufFields(request).All(1)).ToList();
        Assert.All([.. metrics, .. spans], sent =>
        {
            var resource = sent.One(1).Attributes(1);
            Assert.Equal(("iqdbflat", "told"), (resource["service.name"], resource["service.instance.id"]));
        });
        CheckDurations(metrics);
        CheckSpans(spans);
    }

    // Resource metrics have scopes (2), these a name (1.1) and metrics (2), these a name (1), a unit (3) and a histogram (9) of points (1), these attributes (9) and a count (4), or a gauge (5) of points (1), these attributes (7) and an integer (6).
    private static void CheckDurations(IReadOnlyList<ProtobufFields> sent)
    {
        var metrics = sent.SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2).Select(metric => (Scope: scope.One(1).Text(1), Metric: metric))).ToList();
        Assert.Contains(metrics, metric => metric.Scope == "Microsoft.Orleans");
        var (scope, unit, calls) = Last("db.client.operation.duration", kind: 9, attributes: 9);
        Assert.Equal(("IqdbFlat.Orleans", "s"), (scope, unit));
        var searches = calls.Where(point => point.Attributes(9)["db.operation.name"] == "search").ToList();
        Assert.All(searches, point => Assert.Equal(("iqdbflat", 1ul), (point.Attributes(9)["db.system.name"], point.Fixed64(4))));
        Assert.Equal(["", "DimensionMismatch"], searches.Select(point => point.Attributes(9).GetValueOrDefault("error.type", "")).Order());
        var (_, _, shards) = Last("iqdbflat.shard.rows", kind: 5, attributes: 7);
        Assert.Equal(2, shards.Count);
        Assert.Equal(10, shards.Sum(point => (long)point.Fixed64(6)));

        // What was sent last of this test's index. Meters are the process's, so what other tests do beside this one is sent, too.
        (string Scope, string Unit, List<ProtobufFields> Points) Last(string name, int kind, int attributes) => metrics
            .Where(metric => metric.Metric.Text(1) == name)
            .Select(metric => (metric.Scope, metric.Metric.Text(3), metric.Metric.One(kind).All(1).Where(point => point.Attributes(attributes).GetValueOrDefault("db.collection.name") == "sent").ToList()))
            .Last(metric => metric.Item3.Count > 0);
    }

    // Resource spans have scopes (2), these spans (2), these a trace (1), a number (2), that of their parent (4), a name (5) and attributes (9).
    private static void CheckSpans(IReadOnlyList<ProtobufFields> sent)
    {
        var spans = sent.SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2)).ToList();
        var search = spans.First(span => span.Text(5) == "search sent" && !span.Attributes(9).ContainsKey("error.type"));
        Assert.Equal("sent", search.Attributes(9)["db.collection.name"]);
        var shards = spans.Where(span => span.Bytes(1).SequenceEqual(search.Bytes(1)) && span.Text(5).StartsWith("IShardGrain/Search", StringComparison.Ordinal)).ToList();
        Assert.True(shards.Count >= 2, $"expected spans of two shards beneath the search, found {string.Join(", ", spans.Select(span => span.Text(5)).Distinct())}");
        Assert.All(shards, shard => Assert.Contains(spans, parent => parent.Bytes(2).SequenceEqual(shard.Bytes(4))));
    }
}
