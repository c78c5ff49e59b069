using System.Runtime.CompilerServices;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.VectorData.Backends;
using static IqdbFlat.VectorData.Embedded.EmbeddedCalls;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>A collection in this process, by name: whether it exists is asked anew with every call.</summary>
internal sealed class EmbeddedCollection(IqdbFlatDatabase database, string name, CollectionShape shape) : ICollectionBackend
{
    public Task EnsureAsync(CancellationToken cancellationToken) => Run(() => database.Ensure(name, shape), cancellationToken);

    public Task<WriteOutcome> UpsertAsync(IReadOnlyList<RecordWrite> rows, CancellationToken cancellationToken) => Run(() => Table().Upsert(rows), cancellationToken);

    public Task<IReadOnlyList<RecordRow?>> GetAsync(IReadOnlyList<RowId> ids, bool includeVectors, CancellationToken cancellationToken) => Run<IReadOnlyList<RecordRow?>>(
        () =>
        {
            var table = Table();
            var snapshot = table.Read();
            var rows = new RecordRow?[ids.Count];
            for (int i = 0; i < rows.Length; i++)
            {
                RowIdLimits.Check(ids[i]);
                if (snapshot.TryFind(ids[i], out int row))
                    rows[i] = Record(table.Form, snapshot, row, includeVectors);
            }

            return rows;
        },
        cancellationToken);

    public Task DeleteAsync(IReadOnlyList<RowId> ids, CancellationToken cancellationToken) => Run(() => Table().Delete(ids), cancellationToken);

    public Task<IReadOnlyList<Hit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken) => Run(
        () =>
        {
            var table = Table();
            var options = new SearchOptions { Filter = search.Filter, Skip = search.Skip, IncludeMetadata = true, VectorName = table.Form.Parts![search.Column].Name };
            return table.Index.Search(search.Query.Span, search.K, options, cancellationToken).Hits;
        },
        cancellationToken);

    public async IAsyncEnumerable<RecordRow> ListAsync(RecordList list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = list.ToOptions();
        for (int left = list.Top; left > 0;)
        {
            var table = Table();
            var page = await Run(() => table.Index.List(options with { Limit = Math.Min(options.Limit, left) }, cancellationToken), cancellationToken);
            foreach (var row in page.Rows)
                yield return table.Form.ToRecord(row, list.IncludeVectors);
            if (page.Cursor is null)
                break;
            left -= page.Rows.Count;
            options = options with { Cursor = page.Cursor, Skip = 0 };
        }
    }

    private static RecordRow Record(RowForm form, RowSnapshot snapshot, int row, bool includeVectors)
    {
        return includeVectors
            ? form.ToRecord(snapshot.Read(row), includeVectors)
            : new(snapshot.IdOf(row), snapshot.MetadataOf(row), RecordRow.NoVectors, snapshot.SequenceOf(row));
    }

    private EmbeddedTable Table() => database.Find(name) is { } table ? table : throw FlatIndexException.IndexNotFound(name);
}
