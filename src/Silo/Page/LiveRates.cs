using System.Diagnostics.Metrics;
using IqdbFlat.Abstractions;

namespace IqdbFlat.Silo.Page;

/// <summary>How fast the shards of this silo answer, and how much they read, by the silo's own instruments, from its start on.</summary>
internal sealed class LiveRates : IDisposable
{
    private const int Kept = 4_096;
    private const int RateSeconds = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<(long At, double Seconds)> _durations = new();

    // Bytes of each of the last seconds, so that any number of reads costs the same; one more than count, for the second that is not over.
    private readonly long[] _bytes = new long[RateSeconds + 1];
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly string _silo;
    private long _second;

    /// <summary>Begins to listen.</summary>
    public LiveRates(string silo, TimeProvider time)
    {
        (_silo, _time, _start) = (silo, time, time.GetTimestamp());
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == IqdbFlatTelemetry.Name && instrument.Name is IqdbFlatTelemetry.ShardSearchDuration or IqdbFlatTelemetry.ShardBytesRead)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add(seconds, 0, tags));
        _listener.SetMeasurementEventCallback<long>((_, bytes, tags, _) => Add(null, bytes, tags));
        _listener.Start();
    }

    /// <summary>
    /// The median and the 99th of 100 in milliseconds of the last minute's searches, the newest 4,096 of them at most; null where there was none. And bytes a second over the
    /// last ten whole seconds.
    /// </summary>
    public (double? Median, double? Of99, double BytesPerSecond) Now
    {
        get
        {
            lock (_gate)
            {
                Advance();
                double[] sorted = [.. _durations.Where(search => _time.GetElapsedTime(search.At) < Window).Select(search => search.Seconds * 1_000).Order()];
                double rate = (double)(_bytes.Sum() - _bytes[_second % _bytes.Length]) / RateSeconds;
                return sorted.Length == 0 ? (null, null, rate) : (sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], rate);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Add(double? seconds, long bytes, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            // Tests have several silos in one process.
            if (tag.Key == IqdbFlatTelemetry.Silo && tag.Value as string != _silo)
                return;
        }

        lock (_gate)
        {
            Advance();
            _bytes[_second % _bytes.Length] += bytes;
            if (seconds is not { } duration)
                return;
            if (_durations.Count == Kept)
                _durations.Dequeue();
            _durations.Enqueue((_time.GetTimestamp(), duration));
        }
    }

    /// <summary>Forgets the seconds that have gone by.</summary>
    private void Advance()
    {
        long now = (long)_time.GetElapsedTime(_start).TotalSeconds;
        for (long second = Math.Max(_second + 1, now - RateSeconds); second <= now; second++)
            _bytes[second % _bytes.Length] = 0;
        _second = Math.Max(_second, now);
    }
}
