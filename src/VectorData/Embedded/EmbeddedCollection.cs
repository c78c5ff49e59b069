using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.VectorData.Backends;
using static IqdbFlat.VectorData.Embedded.EmbeddedCalls;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>A collection in this process, by name: whether it exists is asked anew with every call.</summary>
internal sealed class EmbeddedCollection(IqdbFlatDatabase database, string name, CollectionShape shape) : ICollectionBackend
{
    private readonly RowForm _form = new(shape);

    public Task EnsureAsync(CancellationToken cancellationToken) => Run(() => database.Ensure(name, shape), cancellationToken);

    public Task<WriteOutcome> UpsertAsync(IReadOnlyList<RecordWrite> rows, CancellationToken cancellationToken) => Run(() => Table().Upsert(rows), cancellationToken);

    public Task<IReadOnlyList<RecordRow?>> GetAsync(IReadOnlyList<RowId> ids, bool includeVectors, CancellationToken cancellationToken) => Run<IReadOnlyList<RecordRow?>>(
        () =>
        {
            var snapshot = Table().Read();
            var rows = new RecordRow?[ids.Count];
            for (int i = 0; i < rows.Length; i++)
            {
                RowIdLimits.Check(ids[i]);
                if (snapshot.TryFind(ids[i], out int row))
                    rows[i] = Record(snapshot, row, includeVectors);
            }

            return rows;
        },
        cancellationToken);

    public Task DeleteAsync(IReadOnlyList<RowId> ids, CancellationToken cancellationToken) => Run(() => Table().Delete(ids), cancellationToken);

    public Task<IReadOnlyList<Hit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken) => Run(
        () =>
        {
            var options = new SearchOptions { Filter = search.Filter, Skip = search.Skip, IncludeMetadata = true, VectorName = _form.Parts![search.Column].Name };
            return Table().Index.Search(search.Query.Span, search.K, options, cancellationToken).Hits;
        },
        cancellationToken);

    public IAsyncEnumerable<RecordRow> ListAsync(RecordList list, CancellationToken cancellationToken) =>
        list.ReadAsync(_form, options => Run(() => Table().Index.List(options, cancellationToken), cancellationToken));

    private RecordRow Record(RowSnapshot snapshot, int row, bool includeVectors) => includeVectors
        ? _form.ToRecord(snapshot.Read(row), includeVectors)
        : new(snapshot.IdOf(row), snapshot.MetadataOf(row), RecordRow.NoVectors, snapshot.SequenceOf(row));

    private EmbeddedTable Table()
    {
        var table = database.Find(name) ?? throw FlatIndexException.IndexNotFound(name);
        _form.Shape.CheckIs(name, table.Form.Shape);
        return table;
    }
}
