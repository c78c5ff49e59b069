using System.Diagnostics.Metrics;
using IqdbFlat.Samples.ApproximateRecall;
using IqdbFlat.VectorData;

const int Photos = 5_000, Searches = 200, K = 10;
var queries = Photo.Draw(Searches, seed: 2).Select(photo => photo.Vector).ToArray();

// The audit tells its findings as a metric: a service has its exporter listen, this program does so itself.
var recalls = new List<double>();
using var listener = new MeterListener
{
    InstrumentPublished = (instrument, listener) =>
    {
        if (instrument is { Meter.Name: "IqdbFlat.VectorData.Recall", Name: "iqdbflat.recall" })
            listener.EnableMeasurementEvents(instrument);
    },
};
listener.SetMeasurementEventCallback<double>((_, recall, _, _) => recalls.Add(recall));
listener.Start();

Console.WriteLine($"recall at {K} of {Searches} searches over {Photos} photos");
foreach (int breadth in (int[])[10, 40, 160])
{
    using var store = new IqdbFlatVectorStore();
    var exact = store.GetCollection<ulong, Photo>("exact");
    var graph = new GraphCollection(store.GetCollection<ulong, Photo>("records"), breadth);

    // The program uses the audited collection as it used the graph. In production 0.01 of the searches is enough.
    using var photos = new RecallAuditedCollection<ulong, Photo>(graph, exact, photo => photo.Id, share: 1);
    await photos.EnsureCollectionExistsAsync();
    await photos.UpsertAsync(Photo.Draw(Photos, seed: 1));

    recalls.Clear();
    foreach (var query in queries)
        await foreach (var _ in photos.SearchAsync(query, K))
        {
            // The caller reads the graph's answer; the exact one is asked behind the last.
        }

    Console.WriteLine($"  graph with {breadth,3} candidates: {recalls.Average():F3} on average, {recalls.Min():F1} at worst, {recalls.Count} audited");
}
