using System.Linq.Expressions;
using IqdbFlat.VectorData.Tests.Battery;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Recall;

/// <summary>A collection that answers searches as a test tells it to: given how many are wanted and how many are passed over.</summary>
internal sealed class FakeCollection(Func<int, int, CancellationToken, IAsyncEnumerable<(int Id, double? Score)>> answer) : VectorStoreCollection<int, Note>
{
    public List<int> Wanted { get; } = [];

    public string Named { get; init; } = "fake";

    public override string Name => Named;

    public override IAsyncEnumerable<VectorSearchResult<Note>> SearchAsync<TInput>(TInput searchValue, int top, VectorSearchOptions<Note>? options = null, CancellationToken cancellationToken = default)
    {
        Wanted.Add(top);
        return answer(top, options?.Skip ?? 0, cancellationToken).Select(hit => new VectorSearchResult<Note>(new Note { Id = hit.Id }, hit.Score));
    }

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task<Note?> GetAsync(int key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override IAsyncEnumerable<Note> GetAsync(Expression<Func<Note, bool>> filter, int top, FilteredRecordRetrievalOptions<Note>? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task UpsertAsync(Note record, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task UpsertAsync(IEnumerable<Note> records, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task DeleteAsync(int key, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override object? GetService(Type serviceType, object? serviceKey = null) => null;
}
