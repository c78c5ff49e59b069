using IqdbFlat.Silo.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace IqdbFlat.Cli.Bench.Telemetry;

/// <summary>
/// The metrics and traces of this process, all of them, sent to a collector as a silo with <c>Telemetry:OtlpEndpoint</c> sends them. Disposing it sends what
/// is left, and nobody listens then.
/// </summary>
internal sealed class Exporters : IDisposable
{
    private const int TimeToSend = 60_000;

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    /// <summary>Begins to listen.</summary>
    /// <param name="collector">The collector.</param>
    /// <param name="process">What this process is called there.</param>
    public Exporters(Uri collector, string process)
    {
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => TelemetrySetup.Name(resource, process))
            .AddMeter(TelemetrySetup.Meters)
            .AddOtlpExporter(Send)
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => TelemetrySetup.Name(resource, process))
            .AddSource(TelemetrySetup.Sources)
            .AddOtlpExporter(Send)
            .Build();

        void Send(OtlpExporterOptions options) => (options.Endpoint, options.Protocol) = (collector, OtlpExportProtocol.Grpc);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Disposing alone gives up what was not sent after five seconds, which a busy machine can need for the last batch.
        _traces.ForceFlush(TimeToSend);
        _metrics.ForceFlush(TimeToSend);
        _traces.Dispose();
        _metrics.Dispose();
    }
}
