using IqdbFlat.Cli.Cluster;

namespace IqdbFlat.Cli.Bench.Telemetry;

/// <summary>The time during which silos and this process send what they tell to a collector.</summary>
internal sealed class Telling : IAsyncDisposable
{
    private readonly IReadOnlyList<ChildSilo> _silos;
    private readonly Collector _collector;
    private readonly (int Metrics, int Traces) _before;
    private readonly Exporters _exporters;

    private Telling(IReadOnlyList<ChildSilo> silos, Collector collector) =>
        (_silos, _collector, _before, _exporters) = (silos, collector, collector.Counts, new(collector.Endpoint, "bench"));

    /// <summary>Begins it.</summary>
    public static async Task<Telling> BeginAsync(IReadOnlyList<ChildSilo> silos, Collector collector, CancellationToken cancellationToken)
    {
        var telling = new Telling(silos, collector);
        foreach (var silo in silos)
            await silo.TellAsync(collector.Endpoint, cancellationToken);
        return telling;
    }

    /// <summary>Sends what is left and ends it.</summary>
    /// <exception cref="IOException">Not every process has sent metrics and spans: nothing would have been measured.</exception>
    public async ValueTask DisposeAsync()
    {
        _exporters.Dispose();
        foreach (var silo in _silos)
            await silo.TellAsync(null, CancellationToken.None);
        var now = _collector.Counts;
        var (metrics, traces) = (now.Metrics - _before.Metrics, now.Traces - _before.Traces);
        int processes = _silos.Count + 1;
        if (metrics < processes || traces < processes)
            throw new IOException($"expected metrics and spans of {processes} processes at the collector, found {metrics} requests with metrics and {traces} with spans");
    }
}
