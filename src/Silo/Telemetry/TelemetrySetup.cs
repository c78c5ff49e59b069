using IqdbFlat.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IqdbFlat.Silo.Telemetry;

/// <summary>Takes the metrics and traces of the silo, and those of Orleans itself, to where the settings want them.</summary>
internal static class TelemetrySetup
{
    /// <summary>Where Prometheus reads.</summary>
    public const string MetricsPath = "/metrics";

    private const string OrleansMeter = "Microsoft.Orleans";

    // Activities of calls between grains, of Orleans' own system, of activation, and of storage.
    private static readonly string[] OrleansSources =
        ["Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Lifecycle", "Microsoft.Orleans.Storage"];

    /// <summary>Adds what the settings ask for; nothing where they ask for nothing.</summary>
    public static void Configure(IServiceCollection services, TelemetryOptions options, string silo)
    {
        bool sends = options.OtlpEndpoint.Length > 0;
        if (!options.Prometheus && !sends)
            return;
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(IqdbFlatTelemetry.SystemName, serviceInstanceId: silo))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(IqdbFlatTelemetry.Name, OrleansMeter);
                if (options.Prometheus)
                    metrics.AddPrometheusExporter();
            });
        if (!sends)
            return;

        // A trace without a receiver would be made for nobody.
        telemetry.WithTracing(traces => traces.AddSource([IqdbFlatTelemetry.Name, .. OrleansSources]));
        telemetry.UseOtlpExporter(OpenTelemetry.Exporter.OtlpExportProtocol.Grpc, new Uri(options.OtlpEndpoint));
    }
}
