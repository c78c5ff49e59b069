using System.Runtime.CompilerServices;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Filters;
using IqdbFlat.VectorData.Hybrid;
using IqdbFlat.VectorData.Model;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData;

public partial class IqdbFlatCollection<TKey, TRecord>
{
    /// <summary>The nearest records, nearest first, ties in the order of insertion. Records without the vector are never found.</summary>
    /// <inheritdoc/>
    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new();
        bool includeVectors = CheckIncludeVectors(options.IncludeVectors);
        var property = _model.Model.GetVectorPropertyOrSingle(options);
        var filter = FilterTranslator.Translate(_model, options.Filter);
        var query = await QueryOf(searchValue, property, cancellationToken).ConfigureAwait(false);
        var search = new RecordSearch(_model.ColumnOf(property), query, options.Skip, top, filter);
        var hits = await _errors.Translate("Search", _rows.SearchAsync(search, cancellationToken)).ConfigureAwait(false);
        int count = CountWithin(hits, property.DistanceFunction, options.ScoreThreshold);
        if (includeVectors)
        {
            IReadOnlyList<(RecordRow Row, double Score)> found = [.. hits.Take(count).Select(hit => (RowForm.ToRecord(hit), DistanceFunctions.Score(property.DistanceFunction, hit.Distance)))];
            foreach (var (row, score) in await _errors.Translate("Search", _rows.WithVectorsAsync(found, cancellationToken)).ConfigureAwait(false))
                yield return new(_mapper.ToRecord(row), score);
            yield break;
        }

        for (int i = 0; i < count; i++)
        {
            var hit = hits[i];
            yield return new(_mapper.ToRecord(hit.Id, hit.Metadata ?? Metadata.Empty), DistanceFunctions.Score(property.DistanceFunction, hit.Distance));
        }
    }

    /// <summary>
    /// The records that rank best by vector and by keywords together, by reciprocal rank: see docs/VECTORDATA.md for the formula. Scores are those of the fusion, greater is better.
    /// </summary>
    /// <inheritdoc/>
    public async IAsyncEnumerable<VectorSearchResult<TRecord>> HybridSearchAsync<TInput>(
        TInput searchValue,
        ICollection<string> keywords,
        int top,
        HybridSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentNullException.ThrowIfNull(keywords);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new();
        bool includeVectors = CheckIncludeVectors(options.IncludeVectors);
        var property = _model.Model.GetVectorPropertyOrSingle<TRecord>(new() { VectorProperty = options.VectorProperty });
        var text = _model.Model.GetFullTextDataPropertyOrSingle(options.AdditionalProperty);
        var filter = FilterTranslator.Translate(_model, options.Filter);
        var query = await QueryOf(searchValue, property, cancellationToken).ConfigureAwait(false);
        var hybrid = new HybridSearch(_rows, KeywordText.FieldOf(text.StorageName), KeywordText.FoldAll(keywords), filter);
        var search = new RecordSearch(_model.ColumnOf(property), query, options.Skip, top, filter);
        var best = await _errors.Translate("HybridSearch", hybrid.RunAsync(search, cancellationToken)).ConfigureAwait(false);
        IReadOnlyList<(RecordRow Row, double Score)> found = [.. best.TakeWhile(hit => !(hit.Score < options.ScoreThreshold))];
        if (includeVectors)
            found = await _errors.Translate("HybridSearch", _rows.WithVectorsAsync(found, cancellationToken)).ConfigureAwait(false);
        foreach (var (row, score) in found)
            yield return new(_mapper.ToRecord(row), score);
    }

    /// <summary>How many hits, from the first on, the threshold keeps.</summary>
    private static int CountWithin(IReadOnlyList<Hit> hits, string? function, double? threshold)
    {
        if (threshold is not { } limit)
            return hits.Count;
        int count = 0;
        while (count < hits.Count && DistanceFunctions.Passes(function, DistanceFunctions.Score(function, hits[count].Distance), limit))
            count++;
        return count;
    }

    private static async Task<ReadOnlyMemory<float>> QueryOf(object value, VectorPropertyModel property, CancellationToken cancellationToken)
    {
        if (VectorValues.TryRead(value, out var vector))
            return vector;
        if (property.EmbeddingGenerator is null)
            throw new NotSupportedException(VectorDataStrings.InvalidSearchInputAndNoEmbeddingGeneratorWasConfigured(value.GetType(), VectorValues.SupportedTypes));
        if (property.EmbeddingGenerationDispatcher is null)
            throw new InvalidOperationException(VectorDataStrings.IncompatibleEmbeddingGeneratorWasConfiguredForInputType(value.GetType(), property.EmbeddingGenerator.GetType()));
        var embedding = await property.GenerateEmbeddingAsync(value, cancellationToken).ConfigureAwait(false);
        return embedding is Embedding<float> floats
            ? floats.Vector
            : throw new InvalidOperationException($"The embedding generator of the property '{property.ModelName}' gave a {embedding.GetType().Name}, which is no vector of floats.");
    }
}
