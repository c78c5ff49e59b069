using System.Diagnostics.Metrics;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using IqdbFlat.VectorData.Recall;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData;

/// <summary>
/// Any collection, with a share of its searches answered once more by an exact one, which holds the same records; what part of the true answer was found is a metric. Callers get
/// the inner collection's answers, as they are and when they are there.
/// </summary>
/// <remarks>
/// <para>Recall at k counts the results of the inner search that are as near as the exact search's k-th record, or nearer, by the exact collection's score: so one of several records that tie at the k-th place
/// is as good as another. It is divided by the number of records that the exact search found.</para>
/// <para>Writes go to both, the inner one first; only a write that succeeded there is repeated, and an error of either is the caller's. Instruments of the meter <c>IqdbFlat.VectorData.Recall</c>, tagged with
/// the collection's name: <c>iqdbflat.recall</c> (histogram, 0 to 1), <c>iqdbflat.recall.searches</c> (searches that were audited), <c>iqdbflat.recall.failures</c> (audits that failed, tagged <c>error</c>). Whatever happens
/// in an audit, the search is as it would be without, but for its end, which comes later.</para>
/// </remarks>
/// <typeparam name="TKey">The type of keys.</typeparam>
/// <typeparam name="TRecord">The type of records.</typeparam>
public sealed class RecallAuditedCollection<TKey, TRecord> : VectorStoreCollection<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly VectorStoreCollection<TKey, TRecord> _inner;
    private readonly VectorStoreCollection<TKey, TRecord> _exact;
    private readonly Func<TRecord, TKey> _key;
    private readonly RecallInstruments _instruments;
    private readonly AuditShare _share;
    private readonly TimeSpan _auditTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Puts an auditor around a collection.</summary>
    /// <param name="inner">The collection that answers.</param>
    /// <param name="exact">An exact collection of the same records, such as an <see cref="IqdbFlatCollection{TKey, TRecord}"/>. It must score as the inner one does, or at least order alike.</param>
    /// <param name="key">The key of a record.</param>
    /// <param name="share">The share of searches that are audited, 0 to 1, evenly spread: 0.01 is every hundredth.</param>
    /// <param name="meters">Where the meter is made; null for one of its own.</param>
    public RecallAuditedCollection(
        VectorStoreCollection<TKey, TRecord> inner, VectorStoreCollection<TKey, TRecord> exact, Func<TRecord, TKey> key, double share, IMeterFactory? meters = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(exact);
        ArgumentNullException.ThrowIfNull(key);
        (_inner, _exact, _key) = (inner, exact, key);
        _share = new AuditShare(share);
        _instruments = new RecallInstruments(inner.Name, meters);
    }

    /// <summary>What an audit may take: the end of a search that is audited comes that much later at most, and the audit that is not done by then has failed. 5 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Nothing, less, or more than 24 days.</exception>
    public TimeSpan AuditTimeout
    {
        get => _auditTimeout;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(24));
            _auditTimeout = value;
        }
    }

    /// <inheritdoc/>
    public override string Name => _inner.Name;

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => _inner.CollectionExistsAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        await _inner.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        await _exact.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        await _inner.EnsureCollectionDeletedAsync(cancellationToken).ConfigureAwait(false);
        await _exact.EnsureCollectionDeletedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        _inner.GetAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<TRecord> GetAsync(IEnumerable<TKey> keys, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        _inner.GetAsync(keys, options, cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter, int top, FilteredRecordRetrievalOptions<TRecord>? options = null, CancellationToken cancellationToken = default) =>
        _inner.GetAsync(filter, top, options, cancellationToken);

    /// <inheritdoc/>
    public override async Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        await _inner.UpsertAsync(record, cancellationToken).ConfigureAwait(false);
        await _exact.UpsertAsync(record, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        TRecord[] all = [.. records];
        await _inner.UpsertAsync(all, cancellationToken).ConfigureAwait(false);
        await _exact.UpsertAsync(all, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(TKey key, CancellationToken cancellationToken = default)
    {
        await _inner.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        await _exact.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        TKey[] all = [.. keys];
        await _inner.DeleteAsync(all, cancellationToken).ConfigureAwait(false);
        await _exact.DeleteAsync(all, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The inner collection's answer. Where the search is one of the share, it is audited after its last result was handed out, and ends when that is done or <see cref="AuditTimeout"/> has passed. A caller who
    /// reads no further than he needs has no audit.
    /// </summary>
    /// <inheritdoc/>
    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var audit = _share.TakesNext() ? new RecallAudit<TKey, TRecord>(_exact, _key, _instruments) : null;
        await foreach (var result in _inner.SearchAsync(searchValue, top, options, cancellationToken).ConfigureAwait(false))
        {
            audit?.Take(result.Record);
            yield return result;
        }

        if (audit is not null)
            await audit.RunAsync(searchValue, top, options, _auditTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hands out the auditor itself, then what the inner collection has.</summary>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _inner.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _instruments.Dispose();
            _inner.Dispose();
            _exact.Dispose();
        }

        base.Dispose(disposing);
    }
}
