using System.Diagnostics.Metrics;
using IqdbFlat.Abstractions;
using IqdbFlat.Silo.Page;

namespace IqdbFlat.Silo.Tests.Page;

public sealed class LiveRatesTests : IDisposable
{
    private readonly Clock _clock = new();
    private readonly Meter _meter = new(IqdbFlatTelemetry.Name);
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _bytes;
    private readonly LiveRates _rates;

    public LiveRatesTests()
    {
        _durations = _meter.CreateHistogram<double>(IqdbFlatTelemetry.ShardSearchDuration);
        _bytes = _meter.CreateCounter<long>(IqdbFlatTelemetry.ShardBytesRead);
        _rates = new("here", _clock);
    }

    public void Dispose()
    {
        _rates.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Any_number_of_reads_is_summed_over_ten_whole_seconds()
    {
        for (int second = 0; second < 25; second++)
        {
            for (int read = 0; read < 10_000; read++)
                _bytes.Add(7, new KeyValuePair<string, object?>(IqdbFlatTelemetry.Silo, "here"));
            _clock.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(70_000, _rates.Now.BytesPerSecond);
        _clock.Pass(TimeSpan.FromSeconds(4));
        Assert.Equal(42_000, _rates.Now.BytesPerSecond);
        _clock.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(0, _rates.Now.BytesPerSecond);
    }

    [Fact]
    public void Searches_of_this_silo_in_the_last_minute_count()
    {
        Search(0.9, "here");
        _clock.Pass(TimeSpan.FromSeconds(30));
        foreach (double seconds in new[] { 0.001, 0.002, 0.003 })
            Search(seconds, "here");
        Search(5, "elsewhere");
        Assert.Equal((3, 900), (_rates.Now.Median, _rates.Now.Of99));
        _clock.Pass(TimeSpan.FromSeconds(31));
        Assert.Equal((2, 3), (_rates.Now.Median, _rates.Now.Of99));
        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Null(_rates.Now.Median);
    }

    private void Search(double seconds, string silo) => _durations.Record(seconds, new KeyValuePair<string, object?>(IqdbFlatTelemetry.Silo, silo));

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
