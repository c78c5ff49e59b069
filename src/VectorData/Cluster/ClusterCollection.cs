using System.Runtime.CompilerServices;
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

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.DescribeAsync(CollectionName.ToIndex(name), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.IndexNotFound)
        {
            return false;
        }
    }

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

    public async Task UpsertAsync(IReadOnlyList<RecordRow> rows, CancellationToken cancellationToken)
    {
        var written = new Row[rows.Count];
        for (int i = 0; i < written.Length; i++)
        {
            written[i] = form.ToRow(rows[i]);
            // The cluster stops at the first bad row; here none of the batch is sent.
            RowCheck.Check(written[i].Id, written[i].Vector.Span, written[i].Metadata, form.Dimension, form.Parts);
        }

        await With(
            async index =>
            {
                await index.UpsertBatchAsync(written, options: null, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> TryInsertAsync(RecordRow row, CancellationToken cancellationToken)
    {
        var written = form.ToRow(row);
        try
        {
            return await With(
                async index =>
                {
                    await index.InsertAsync(written, options: null, cancellationToken).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.Duplicate)
        {
            return false;
        }
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

    public Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken) => With<IReadOnlyList<RecordHit>>(
        async index =>
        {
            var options = new ClusterSearchOptions { Filter = search.Filter, IncludeMetadata = true, VectorName = form.Parts![search.Column].Name };
            var result = await index.SearchAsync(search.Query, search.K, options, cancellationToken).ConfigureAwait(false);
            var hits = new RecordHit[result.Hits.Count];
            for (int i = 0; i < hits.Length; i++)
                hits[i] = RowForm.ToHit(result.Hits[i]);
            if (!search.IncludeVectors)
                return hits;
            var rows = await index.GetBatchAsync([.. hits.Select(hit => hit.Row.Id)], cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < hits.Length; i++)
            {
                if (rows[i] is { } row)
                    hits[i] = hits[i] with { Row = form.ToRecord(row, includeVectors: true) };
            }

            return hits;
        },
        cancellationToken);

    public async IAsyncEnumerable<RecordRow> ListAsync(RecordList list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = list.ToOptions();
        for (int left = list.Top; left > 0;)
        {
            var page = await With(index => index.ListAsync(options with { Limit = Math.Min(options.Limit, left) }, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var row in page.Rows)
                yield return form.ToRecord(row, list.IncludeVectors);
            if (page.Cursor is null)
                break;
            left -= page.Rows.Count;
            options = options with { Cursor = page.Cursor, Skip = 0 };
        }
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

    private async Task<IFlatIndex> OpenAsync(CancellationToken cancellationToken) =>
        _handle ??= await client.OpenAsync(CollectionName.ToIndex(name), cancellationToken).ConfigureAwait(false);

    private IndexSettings SettingsWith(int count) => form.Parts is null ? new(form.Dimension, form.Metric, count) : new(form.Parts, count);
}
