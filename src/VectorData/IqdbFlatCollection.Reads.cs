using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Filters;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData;

public partial class IqdbFlatCollection<TKey, TRecord>
{
    /// <inheritdoc/>
    public override async Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        await foreach (var record in GetAsync([key], options, cancellationToken).ConfigureAwait(false))
            return record;
        return null;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<TRecord> GetAsync(
        IEnumerable<TKey> keys, RecordRetrievalOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        bool includeVectors = CheckIncludeVectors(options?.IncludeVectors);
        RowId[] ids = [.. keys.Select(key => _mapper.IdOf(key))];
        if (ids.Length == 0)
            yield break;
        foreach (var row in await _errors.Translate("Get", _rows.GetAsync(ids, includeVectors, cancellationToken)).ConfigureAwait(false))
        {
            if (row is { } found)
                yield return _mapper.ToRecord(found);
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new();
        bool includeVectors = CheckIncludeVectors(options.IncludeVectors);
        var list = new RecordList(FilterTranslator.Translate(_model, filter), OrderOf(options), options.Skip, top, includeVectors);
        await foreach (var row in _errors.Translate("Get", _rows.ListAsync(list, cancellationToken)).ConfigureAwait(false))
            yield return _mapper.ToRecord(row);
    }

    private IReadOnlyList<FieldOrder> OrderOf(FilteredRecordRetrievalOptions<TRecord> options) => options.OrderBy is not { } orderBy
        ? []
        : [.. orderBy(new()).Values.Select(sort => new FieldOrder(_model.Model.GetDataOrKeyProperty(sort.PropertySelector).StorageName, !sort.Ascending))];

    private bool CheckIncludeVectors(bool? includeVectors) => includeVectors == true && _model.Model.EmbeddingGenerationRequired
        ? throw new NotSupportedException(VectorDataStrings.IncludeVectorsNotSupportedWithEmbeddingGeneration)
        : includeVectors == true;
}
