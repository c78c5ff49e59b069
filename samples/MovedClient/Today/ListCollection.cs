using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.Samples.MovedClient.Today;

/// <summary>A collection in a list: filters are compiled, every vector is compared, by cosine.</summary>
internal sealed class ListCollection<TKey, TRecord>(string name) : VectorStoreCollection<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private static readonly PropertyInfo Key = With<VectorStoreKeyAttribute>();
    private static readonly PropertyInfo Vector = With<VectorStoreVectorAttribute>();

    private readonly List<TRecord> _records = [];

    public override string Name => name;

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        _records.Clear();
        return Task.CompletedTask;
    }

    public override Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(_records.Find(record => KeyOf(record).Equals(key)));

    public override IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter, int top, FilteredRecordRetrievalOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        var found = _records.Where(filter.Compile());
        var order = options?.OrderBy?.Invoke(new()).Values ?? [];
        foreach (var next in order.Reverse())
        {
            var value = next.PropertySelector.Compile();
            found = next.Ascending ? found.OrderBy(value) : found.OrderByDescending(value);
        }

        return found.Skip(options?.Skip ?? 0).Take(top).ToAsyncEnumerable();
    }

    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default) => UpsertAsync([record], cancellationToken);

    public override Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        foreach (var record in records)
        {
            _records.RemoveAll(other => KeyOf(other).Equals(KeyOf(record)));
            _records.Add(record);
        }

        return Task.CompletedTask;
    }

    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default) =>
        Task.FromResult(_records.RemoveAll(record => KeyOf(record).Equals(key)));

    public override IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        if (searchValue is not ReadOnlyMemory<float> query)
            throw new NotSupportedException($"A search is for a vector, found {typeof(TInput)}.");
        var matching = options?.Filter is { } filter ? _records.Where(filter.Compile()) : _records;
        return matching
            .Select(record => new VectorSearchResult<TRecord>(record, Cosine(query.Span, VectorOf(record).Span)))
            .Where(result => options?.ScoreThreshold is not { } least || result.Score >= least)
            .OrderByDescending(result => result.Score)
            .Skip(options?.Skip ?? 0)
            .Take(top)
            .ToAsyncEnumerable();
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    private static PropertyInfo With<TAttribute>()
        where TAttribute : Attribute => typeof(TRecord).GetProperties().Single(property => property.IsDefined(typeof(TAttribute)));

    private static TKey KeyOf(TRecord record) => (TKey)Key.GetValue(record)!;

    private static ReadOnlyMemory<float> VectorOf(TRecord record) => (ReadOnlyMemory<float>)Vector.GetValue(record)!;

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double product = 0, squaresOfA = 0, squaresOfB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += a[i] * b[i];
            squaresOfA += a[i] * a[i];
            squaresOfB += b[i] * b[i];
        }

        return product / Math.Sqrt(squaresOfA * squaresOfB);
    }
}
