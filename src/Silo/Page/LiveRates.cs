using System.Diagnostics.Metrics;

namespace IqdbFlat.Silo.Page;

/// <summary>How fast the shards of this silo answer, and how much they read, by the silo's own instruments: the last minute.</summary>
internal sealed class LiveRates : IDisposable
{
    private const string MeterName = "IqdbFlat.Orleans";
    private const string Duration = "iqdbflat.shard.search.duration";
    private const string BytesRead = "iqdbflat.shard.read";
    private const string SiloTag = "iqdbflat.silo";
    private const int Kept = 4_096;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<(long At, double Seconds)> _durations = new();
    private readonly Queue<(long At, long Bytes)> _reads = new();
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _time;
    private readonly string _silo;

    public LiveRates(string silo, TimeProvider time)
    {
        (_silo, _time) = (silo, time);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MeterName && instrument.Name is Duration or BytesRead)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add(_durations, seconds, tags));
        _listener.SetMeasurementEventCallback<long>((_, bytes, tags, _) => Add(_reads, bytes, tags));
        _listener.Start();
    }

    /// <summary>The median and the 99th of 100 in milliseconds, null where there was no search; and bytes a second.</summary>
    public (double? Median, double? Of99, double BytesPerSecond) Now
    {
        get
        {
            lock (_gate)
            {
                double[] sorted = [.. _durations.Where(search => _time.GetElapsedTime(search.At) < Window).Select(search => search.Seconds * 1_000).Order()];
                double rate = _reads.Where(read => _time.GetElapsedTime(read.At) < RateWindow).Sum(read => (double)read.Bytes) / RateWindow.TotalSeconds;
                return sorted.Length == 0 ? (null, null, rate) : (sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], rate);
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add<T>(Queue<(long At, T Value)> kept, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            // Tests have several silos in one process.
            if (tag.Key == SiloTag && tag.Value as string != _silo)
                return;
        }

        lock (_gate)
        {
            if (kept.Count == Kept)
                kept.Dequeue();
            kept.Enqueue((_time.GetTimestamp(), value));
        }
    }
}
