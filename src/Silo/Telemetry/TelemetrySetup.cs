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

    /// <summary>The meters that are listened to: our own and Orleans'.</summary>
    public static readonly string[] Meters = [IqdbFlatTelemetry.Name, "Microsoft.Orleans"];

    /// <summary>The sources of activities that are listened to: our own, and those of calls between grains, of Orleans' own system, of activation, and of storage.</summary>
    public static readonly string[] Sources =
        [IqdbFlatTelemetry.Name, "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Lifecycle", "Microsoft.Orleans.Storage"];

    /// <summary>Names the process at a collector.</summary>
    public static void Name(ResourceBuilder resource, string process) => resource.AddService(IqdbFlatTelemetry.SystemName, serviceInstanceId: process);

    /// <summary>Adds what the settings ask for; nothing where they ask for nothing.</summary>
    public static void Configure(IServiceCollection services, TelemetryOptions options, string silo)
    {
        bool sends = options.OtlpEndpoint.Length > 0;
        if (!options.Prometheus && !sends)
            return;
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => Name(resource, silo))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters);
                if (options.Prometheus)
                    metrics.AddPrometheusExporter();
            });
        if (!sends)
            return;

        // A trace without a receiver would be made for nobody.
        telemetry.WithTracing(traces => traces.AddSource(Sources));
        telemetry.UseOtlpExporter(OpenTelemetry.Exporter.OtlpExportProtocol.Grpc, new Uri(options.OtlpEndpoint));
    }
}
