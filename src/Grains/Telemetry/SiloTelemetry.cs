using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Grains.Memory;
using Orleans.Runtime;

namespace IqdbFlat.Grains.Telemetry;

/// <summary>What a silo tells of itself and its shards: the instruments of <see cref="IqdbFlatTelemetry"/>, over a meter of the silo's own.</summary>
internal sealed class SiloTelemetry : IDisposable
{
    private readonly ConcurrentDictionary<ShardTelemetry, byte> _shards = [];
    private readonly Meter _meter = new(IqdbFlatTelemetry.Name);
    private readonly KeyValuePair<string, object?> _silo;

    public SiloTelemetry(ScanScheduler scheduler, SiloMemory memory, ILocalSiloDetails silo)
    {
        _silo = new(IqdbFlatTelemetry.Silo, silo.Name);
        SearchDuration = _meter.CreateHistogram(
            IqdbFlatTelemetry.ShardSearchDuration,
            "s",
            "How long a shard took to answer a search, waiting included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });
        ScanTime = _meter.CreateCounter<double>(IqdbFlatTelemetry.ShardScanTime, "s", "Time that scan threads spent on a shard's searches.");
        RowsMet = _meter.CreateCounter<long>(IqdbFlatTelemetry.ShardRowsMet, "{row}", "Rows that searches of a shard met.");
        RowsFiltered = _meter.CreateCounter<long>(IqdbFlatTelemetry.ShardRowsFiltered, "{row}", "Rows that a filter left out.");
        RowsPruned = _meter.CreateCounter<long>(IqdbFlatTelemetry.ShardRowsPruned, "{row}", "Rows that a bound left out.");
        BytesRead = _meter.CreateCounter<long>(IqdbFlatTelemetry.ShardBytesRead, "By", "What searches of a shard read.");
        SlowSearches = _meter.CreateCounter<long>(IqdbFlatTelemetry.SlowSearches, "{search}", "Searches that took longer than the setting.");
        Gauge(IqdbFlatTelemetry.ShardRows, "{row}", "Rows of a shard.", static shard => shard.Rows);
        Gauge(IqdbFlatTelemetry.ShardMemory, "By", "Memory that a shard's rows occupy.", static shard => shard.MemoryBytes);
        Gauge(IqdbFlatTelemetry.ShardStored, "By", "What a shard's log and segments occupy in the store.", static shard => shard.StoredBytes);
        Gauge(IqdbFlatTelemetry.ShardLogPosition, "{record}", "The position in its log that a shard has come to.", static shard => shard.LogPosition);
        Gauge(IqdbFlatTelemetry.ShardLogEpoch, "{epoch}", "The epoch of a shard's log.", static shard => shard.LogEpoch);
        Gauge(IqdbFlatTelemetry.ShardRecovery, "1", "The share of its rows that a shard has loaded.", static shard => shard.Recovery);
        _meter.CreateObservableGauge(IqdbFlatTelemetry.ScanQueue, () => new Measurement<long>(scheduler.UnderWay, _silo), "{search}", "Searches of shards that wait or run.");
        _meter.CreateObservableGauge(IqdbFlatTelemetry.MemoryUsed, () => new Measurement<long>(memory.UsedBytes, _silo), "By", "Memory that rows occupy.");
        _meter.CreateObservableGauge(IqdbFlatTelemetry.MemoryLimit, () => new Measurement<long>(memory.BudgetBytes, _silo), "By", "Memory that rows may occupy.");
    }

    public Histogram<double> SearchDuration { get; }

    public Counter<double> ScanTime { get; }

    public Counter<long> RowsMet { get; }

    public Counter<long> RowsFiltered { get; }

    public Counter<long> RowsPruned { get; }

    public Counter<long> BytesRead { get; }

    private Counter<long> SlowSearches { get; }

    /// <summary>Tells of a shard from now on, until what it answers is disposed.</summary>
    public ShardTelemetry Open(ShardKey key)
    {
        var shard = new ShardTelemetry(
            this,
            [new(IqdbFlatTelemetry.Collection, key.Home), new(IqdbFlatTelemetry.Shard, key.Shard), _silo]);
        _shards.TryAdd(shard, 0);
        return shard;
    }

    public void Close(ShardTelemetry shard) => _shards.TryRemove(shard, out _);

    /// <summary>Counts a search that took longer than the setting.</summary>
    public void CountSlow(string index) => SlowSearches.Add(1, new(IqdbFlatTelemetry.Collection, index), _silo);

    public void Dispose() => _meter.Dispose();

    private void Gauge<T>(string name, string unit, string description, Func<ShardTelemetry, T> value)
        where T : struct =>
        _meter.CreateObservableGauge(name, () => _shards.Keys.Select(shard => new Measurement<T>(value(shard), shard.Tags)), unit, description);
}
