using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Cluster;

/// <summary>A collection that is an index of a cluster.</summary>
internal sealed class ClusterCollection(IFlatIndexClient client, string name, RowForm form, int shards) : ICollectionBackend
{
    // The handle of the last call: it remembers what it wrote, so that it sees it.
    private IFlatIndex? _handle;

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        string index = CollectionName.ToIndex(name);
        try
        {
            await client.CreateAsync(index, SettingsWith(shards), ifNotExists: true, cancellationToken).ConfigureAwait(false);
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.IndexExists)
        {
            // A collection keeps the number of shards that it was made with, whatever is asked for later.
            var found = await client.DescribeAsync(index, cancellationToken).ConfigureAwait(false);
            if (found.Settings != SettingsWith(found.Settings.Shards))
                throw;
        }
    }

    public async Task<WriteOutcome> UpsertAsync(IReadOnlyList<RecordWrite> rows, CancellationToken cancellationToken)
    {
        // The cluster stops at the first bad row; here none of the batch is sent.
        var written = form.ToRows(rows);
        return await With(index => WriteAsync(index, rows, written, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<RecordRow?>> GetAsync(IReadOnlyList<RowId> ids, bool includeVectors, CancellationToken cancellationToken) => With<IReadOnlyList<RecordRow?>>(
        async index =>
        {
            var rows = await index.GetBatchAsync(ids, cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(row => row is { } found ? form.ToRecord(found, includeVectors) : (RecordRow?)null)];
        },
        cancellationToken);

    public Task DeleteAsync(IReadOnlyList<RowId> ids, CancellationToken cancellationToken) => With(
        index => index.DeleteBatchAsync(ids, options: null, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Hit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken) => With(
        async index =>
        {
            var options = new ClusterSearchOptions { Filter = search.Filter, Skip = search.Skip, IncludeMetadata = true, VectorName = form.Parts![search.Column].Name };
            return (await index.SearchAsync(search.Query, search.K, options, cancellationToken).ConfigureAwait(false)).Hits;
        },
        cancellationToken);

    public IAsyncEnumerable<RecordRow> ListAsync(RecordList list, CancellationToken cancellationToken) =>
        list.ReadAsync(form, options => With(index => index.ListAsync(options, cancellationToken), cancellationToken));

    /// <summary>Writes runs of rows that must be new and of such that need not, one after the other, so that the order is kept.</summary>
    private static async Task<WriteOutcome> WriteAsync(IFlatIndex index, IReadOnlyList<RecordWrite> records, Row[] rows, CancellationToken cancellationToken)
    {
        for (int start = 0, end; start < rows.Length; start = end)
        {
            bool mustBeNew = records[start].MustBeNew;
            for (end = start + 1; end < rows.Length && records[end].MustBeNew == mustBeNew;)
                end++;
            var run = new ArraySegment<Row>(rows, start, end - start);
            try
            {
                await (mustBeNew ? index.InsertBatchAsync(run, options: null, cancellationToken) : index.UpsertBatchAsync(run, options: null, cancellationToken)).ConfigureAwait(false);
            }
            catch (FlatIndexException error) when (mustBeNew && error is { Kind: FlatErrorKind.Duplicate, Error: { MayHaveBeenApplied: false, Item: { } taken } })
            {
                return new(start + taken, [start + taken]);
            }
            catch (FlatIndexException error) when (run.Count < rows.Length)
            {
                throw InBatch(error, start, end, rows.Length);
            }
        }

        return new(rows.Length, []);
    }

    /// <summary>The error of a run as that of the batch: no row behind the run is in either.</summary>
    private static FlatIndexException InBatch(FlatIndexException error, int start, int end, int count)
    {
        var ofRun = error.Error.NotApplied.Count > 0 ? error.Error.NotApplied.Select(place => start + place) : Enumerable.Range(start, end - start);
        return new(error.Error with { Item = start + error.Error.Item, NotApplied = [.. ofRun, .. Enumerable.Range(end, count - end)] }, error);
    }

    /// <summary>Calls the index; once more where the one that was known is gone, since another may have been made under its name.</summary>
    private async Task<T> With<T>(Func<IFlatIndex, Task<T>> call, CancellationToken cancellationToken)
    {
        if (_handle is { } known)
        {
            try
            {
                return await call(known).ConfigureAwait(false);
            }
            catch (FlatIndexException error) when (error.Kind == FlatErrorKind.IndexNotFound)
            {
                Interlocked.CompareExchange(ref _handle, null, known);
            }
        }

        return await call(await OpenAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<IFlatIndex> OpenAsync(CancellationToken cancellationToken)
    {
        if (_handle is { } known)
            return known;
        var opened = await client.OpenAsync(CollectionName.ToIndex(name), cancellationToken).ConfigureAwait(false);
        form.Shape.CheckIs(name, RowForm.ShapeOf(opened.Parts));
        return _handle ??= opened;
    }

    private IndexSettings SettingsWith(int count) => form.Parts is null ? new(form.Dimension, form.Metric, count) : new(form.Parts, count);
}
