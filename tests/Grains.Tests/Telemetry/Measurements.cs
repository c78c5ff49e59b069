using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Tests.Telemetry;

/// <summary>What the silos of this process tell of one index: sums of counters, the newest value of gauges, by instrument and shard.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentDictionary<(string Instrument, int Shard), double> _values = [];
    private readonly ConcurrentDictionary<(string Instrument, int Shard), int> _times = [];
    private readonly MeterListener _listener = new();
    private readonly string _index;

    public Measurements(string index)
    {
        _index = index;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == IqdbFlatTelemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>An instrument over all shards; gauges as they are now.</summary>
    public double Sum(string instrument) => Shards(instrument).Sum();

    /// <summary>An instrument's values, a shard each in the order of their numbers; gauges as they are now.</summary>
    public double[] Shards(string instrument)
    {
        foreach (var gauge in _values.Keys.Where(key => key.Instrument == instrument && IsGauge(instrument)))
            _values.TryRemove(gauge, out _);
        _listener.RecordObservableInstruments();
        return [.. _values.Where(value => value.Key.Instrument == instrument).OrderBy(value => value.Key.Shard).Select(value => value.Value)];
    }

    /// <summary>How often something was recorded.</summary>
    public int Times(string instrument) => _times.Where(times => times.Key.Instrument == instrument).Sum(times => times.Value);

    public void Dispose() => _listener.Dispose();

    private static bool IsGauge(string instrument) => instrument is IqdbFlatTelemetry.ShardRows or IqdbFlatTelemetry.ShardMemory or IqdbFlatTelemetry.ShardStored
        or IqdbFlatTelemetry.ShardLogPosition or IqdbFlatTelemetry.ShardLogEpoch or IqdbFlatTelemetry.ShardRecovery;

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var told = tags.ToArray().ToDictionary();
        if (!Equals(told.GetValueOrDefault(IqdbFlatTelemetry.Collection), _index))
            return;
        var key = (instrument.Name, told.GetValueOrDefault(IqdbFlatTelemetry.Shard) as int? ?? -1);
        _values.AddOrUpdate(key, value, (_, before) => IsGauge(instrument.Name) ? value : before + value);
        _times.AddOrUpdate(key, 1, (_, before) => before + 1);
    }
}
