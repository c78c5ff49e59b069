using System.Diagnostics.Metrics;

namespace IqdbFlat.VectorData.Recall;

/// <summary>What an auditor tells.</summary>
internal sealed class RecallInstruments : IDisposable
{
    private const string MeterName = "IqdbFlat.VectorData.Recall";

    private readonly KeyValuePair<string, object?> _collection;
    private readonly Meter? _owned;
    private readonly Histogram<double> _recall;
    private readonly Counter<long> _searches;
    private readonly Counter<long> _failures;

    public RecallInstruments(string collection, IMeterFactory? meters)
    {
        _collection = new("collection", collection);
        _owned = meters is null ? new Meter(MeterName) : null;
        // A factory's meters are the factory's to dispose.
        var meter = _owned ?? meters!.Create(MeterName);
        _recall = meter.CreateHistogram<double>("iqdbflat.recall", unit: null, "The part of the true nearest records that an audited search found.");
        _searches = meter.CreateCounter<long>("iqdbflat.recall.searches", "{search}", "Searches that were audited.");
        _failures = meter.CreateCounter<long>("iqdbflat.recall.failures", "{search}", "Searches whose audit failed.");
    }

    public void Audited(double recall)
    {
        _recall.Record(recall, _collection);
        _searches.Add(1, _collection);
    }

    public void Failed(Exception error) => _failures.Add(1, _collection, new("error", error.GetType().Name));

    public void Dispose() => _owned?.Dispose();
}
