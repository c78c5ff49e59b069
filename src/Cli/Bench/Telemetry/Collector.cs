using System.Collections.Concurrent;
using System.Net;
using IqdbFlat.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IqdbFlat.Cli.Bench.Telemetry;

/// <summary>
/// Takes metrics and traces by OTLP over gRPC on a free port of loopback, as a collector does, and says thanks. It keeps the requests where it is asked to, and
/// counts them in any case.
/// </summary>
/// <remarks>A gRPC message is a byte that says whether it is compressed, four of its length, big-endian, and the message.</remarks>
internal sealed class Collector : IAsyncDisposable
{
    private const string Metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private const string Traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const int FrameBytes = 5;
    private const string Status = "grpc-status";

    // The answers to both have no field that must be there: an empty message.
    private static readonly byte[] Thanks = new byte[FrameBytes];

    private readonly WebApplication _app;
    private readonly bool _keeps;
    private readonly ConcurrentQueue<byte[]> _metrics = new();
    private readonly ConcurrentQueue<byte[]> _traces = new();
    private int _metricsCount;
    private int _tracesCount;

    private Collector(bool keeps)
    {
        _keeps = keeps;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.UseRouting();
        _app.MapPost(Metrics, context => TakeAsync(context, _metrics, () => Interlocked.Increment(ref _metricsCount)));
        _app.MapPost(Traces, context => TakeAsync(context, _traces, () => Interlocked.Increment(ref _tracesCount)));
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Requests with metrics, and with spans, that came so far.</summary>
    public (int Metrics, int Traces) Counts => (Volatile.Read(ref _metricsCount), Volatile.Read(ref _tracesCount));

    /// <summary>The requests with metrics, in the form of OTLP's ExportMetricsServiceRequest.</summary>
    public IReadOnlyCollection<byte[]> MetricRequests => _metrics;

    /// <summary>The requests with spans, in the form of OTLP's ExportTraceServiceRequest.</summary>
    public IReadOnlyCollection<byte[]> TraceRequests => _traces;

    /// <summary>Starts it.</summary>
    /// <param name="keeps">Whether it keeps what comes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Collector> StartAsync(bool keeps, CancellationToken cancellationToken)
    {
        var collector = new Collector(keeps);
        await collector._app.StartAsync(cancellationToken);
        return collector;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context, ConcurrentQueue<byte[]> requests, Action count)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (_keeps)
            requests.Enqueue(body.ToArray()[FrameBytes..]);
        count();
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer(Status);
        await context.Response.Body.WriteAsync(Thanks, context.RequestAborted);
        context.Response.AppendTrailer(Status, "0");
    }
}
