using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Model;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData;

public partial class IqdbFlatCollection<TKey, TRecord>
{
    /// <inheritdoc/>
    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return WriteAsync([record], cancellationToken);
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        return WriteAsync([.. records], cancellationToken);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return DeleteAsync([key], cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var ids = keys.Select(key => _mapper.IdOf(key)).ToArray();
        if (ids.Length > 0)
            await _errors.Translate("Delete", _rows.DeleteAsync(ids, cancellationToken)).ConfigureAwait(false);
    }

    private async Task WriteAsync(IReadOnlyList<TRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return;
        foreach (var record in records)
            ArgumentNullException.ThrowIfNull(record, nameof(records));
        var generated = await GenerateAsync(records, cancellationToken).ConfigureAwait(false);
        var batch = new RecordBatch<TRecord>(_mapper, records, generated);
        batch.DrawKeys();
        try
        {
            while (!batch.IsWritten)
                batch.Take(await _errors.Translate("Upsert", _rows.UpsertAsync(batch.Rows(), cancellationToken)).ConfigureAwait(false));
        }
        catch (VectorStoreException error) when (error.InnerException is FlatIndexException { Error.MayHaveBeenApplied: false } inner)
        {
            // After any other error a record may be in: with its key it can be written again without being there twice.
            batch.Forget(inner.Error.NotApplied);
            throw;
        }
    }

    /// <summary>For each record and vector property what is generated of the property's value, null where it is a vector itself. One call of the generator a property.</summary>
    private async Task<Embedding?[][]> GenerateAsync(IReadOnlyList<TRecord> records, CancellationToken cancellationToken)
    {
        var properties = _model.Model.VectorProperties;
        var generated = new Embedding?[records.Count][];
        for (int i = 0; i < generated.Length; i++)
            generated[i] = new Embedding?[properties.Count];
        for (int place = 0; place < properties.Count; place++)
        {
            var property = properties[place];
            if (VectorValues.Supports(property.Type))
                continue;
            var values = new List<(int Record, object Value)>();
            for (int i = 0; i < records.Count; i++)
            {
                if (property.GetValueAsObject(records[i]) is { } value)
                    values.Add((i, value));
            }

            if (values.Count == 0)
                continue;
            var embeddings = await property.GenerateEmbeddingsAsync(values.Select(value => value.Value), cancellationToken).ConfigureAwait(false);
            if (embeddings.Count != values.Count)
                throw new InvalidOperationException($"The embedding generator of the property '{property.ModelName}' was given {values.Count} values and gave {embeddings.Count} vectors.");
            for (int i = 0; i < values.Count; i++)
                generated[values[i].Record][place] = embeddings[i];
        }

        return generated;
    }
}
