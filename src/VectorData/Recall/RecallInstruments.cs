using System.Diagnostics.Metrics;
using IqdbFlat.Engine;
using Microsoft.Extensions.VectorData;

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

    /// <summary>A search was audited; its recall is null where nothing was to be found.</summary>
    public void Audited(double? recall)
    {
        if (recall is { } part)
            _recall.Record(part, _collection);
        _searches.Add(1, _collection);
    }

    public void Failed(Exception error) => _failures.Add(1, _collection, new("error", NameOf(error)));

    public void Dispose() => _owned?.Dispose();

    private static string NameOf(Exception error) => error switch
    {
        VectorStoreException { InnerException: FlatIndexException inner } => inner.Kind.ToString(),
        OperationCanceledException or TimeoutException => nameof(FlatErrorKind.Timeout),
        _ => error.GetType().Name.Replace(nameof(Exception), "", StringComparison.Ordinal),
    };
}
