using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Cloud.Unum.USearch;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.Samples.ApproximateRecall;

/// <summary>Photos whose searches an approximate index answers; the records themselves lie in another collection.</summary>
/// <param name="records">Where records are kept.</param>
/// <param name="breadth">How many candidates a search keeps: more find more and take longer.</param>
internal sealed class GraphCollection(VectorStoreCollection<ulong, Photo> records, int breadth) : VectorStoreCollection<ulong, Photo>
{
    private readonly USearchIndex _graph = new(MetricKind.Cos, ScalarKind.Float32, Photo.Dimension, connectivity: 16, expansionAdd: 64, expansionSearch: (ulong)breadth);

    public override string Name => $"graph-{breadth}";

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => records.CollectionExistsAsync(cancellationToken);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => records.EnsureCollectionExistsAsync(cancellationToken);

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) => records.EnsureCollectionDeletedAsync(cancellationToken);

    public override Task<Photo?> GetAsync(ulong key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        records.GetAsync(key, options, cancellationToken);

    public override IAsyncEnumerable<Photo> GetAsync(
        Expression<Func<Photo, bool>> filter, int top, FilteredRecordRetrievalOptions<Photo>? options = null, CancellationToken cancellationToken = default) =>
        records.GetAsync(filter, top, options, cancellationToken);

    public override Task UpsertAsync(Photo record, CancellationToken cancellationToken = default) => UpsertAsync([record], cancellationToken);

    public override async Task UpsertAsync(IEnumerable<Photo> photos, CancellationToken cancellationToken = default)
    {
        Photo[] all = [.. photos];
        await records.UpsertAsync(all, cancellationToken);
        foreach (var photo in all)
        {
            _graph.Remove(photo.Id);
            _graph.Add(photo.Id, photo.Vector.ToArray());
        }
    }

    public override async Task DeleteAsync(ulong key, CancellationToken cancellationToken = default)
    {
        await records.DeleteAsync(key, cancellationToken);
        _graph.Remove(key);
    }

    public override async IAsyncEnumerable<VectorSearchResult<Photo>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Photo>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (searchValue is not ReadOnlyMemory<float> query || options?.Filter is not null)
            throw new NotSupportedException("The graph is searched by a vector and without a filter.");
        int found = _graph.Search(query.ToArray(), top + (options?.Skip ?? 0), out ulong[] keys, out float[] distances);
        for (int i = options?.Skip ?? 0; i < found; i++)
        {
            if (distances[i] <= (options?.ScoreThreshold ?? double.MaxValue) && await records.GetAsync(keys[i], cancellationToken: cancellationToken) is { } photo)
                yield return new(photo, distances[i]);
        }
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : records.GetService(serviceType, serviceKey);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _graph.Dispose();
        base.Dispose(disposing);
    }
}
