using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Tests.Modes;

/// <summary>A store with one collection, of which a test overrides what it needs.</summary>
internal abstract class FakeStore : IStoreBackend, ICollectionBackend
{
    public ICollectionBackend Collection(string name, CollectionShape shape, int shards) => this;

    public object? GetService(Type serviceType) => null;

    public virtual Task<WriteOutcome> UpsertAsync(IReadOnlyList<RecordWrite> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<IReadOnlyList<RecordRow?>> GetAsync(IReadOnlyList<RowId> ids, bool includeVectors, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<IReadOnlyList<Hit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual IAsyncEnumerable<RecordRow> ListAsync(RecordList list, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DropAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task EnsureAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(IReadOnlyList<RowId> ids, CancellationToken cancellationToken) => throw new NotSupportedException();
}
