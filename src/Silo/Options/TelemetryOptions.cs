namespace IqdbFlat.Silo;

/// <summary>What a silo tells of itself: <c>IqdbFlat:Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Whether <c>/metrics</c> serves the silo's metrics to Prometheus. True.</summary>
    public bool Prometheus { get; set; } = true;

    /// <summary>Where metrics and traces are sent by OTLP (gRPC), as in <c>http://127.0.0.1:4317</c>; empty for nowhere.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>How long a search takes before it is logged with its explain; 0 for never, at most a day. One second.</summary>
    public TimeSpan SlowSearch { get; set; } = TimeSpan.FromSeconds(1);
}
