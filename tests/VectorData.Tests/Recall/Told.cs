using System.Diagnostics.Metrics;

namespace IqdbFlat.VectorData.Tests.Recall;

/// <summary>What the meter says of one collection.</summary>
internal sealed class Told : IDisposable
{
    private readonly MeterListener _listener = new();

    public Told(string collection)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "IqdbFlat.VectorData.Recall")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, recall, tags, _) =>
        {
            if (tags.Contains(new KeyValuePair<string, object?>("collection", collection)))
                Recalls.Add(recall);
        });
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if (!tags.Contains(new KeyValuePair<string, object?>("collection", collection)))
                return;
            if (instrument.Name == "iqdbflat.recall.searches")
            {
                Searches += count;
                return;
            }

            Failures += count;
            foreach (var (key, value) in tags)
                Errors.AddRange(key == "error" ? [(string)value!] : []);
        });
        _listener.Start();
    }

    public List<double> Recalls { get; } = [];

    public List<string> Errors { get; } = [];

    public long Searches { get; private set; }

    public long Failures { get; private set; }

    public void Dispose() => _listener.Dispose();
}
