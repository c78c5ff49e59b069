using IqdbFlat.Engine.Ranked;

namespace IqdbFlat.Engine;

public sealed partial class FlatIndex
{
    /// <summary>The nearest rows of each of the groups that are nearest, by the value of a field: over one state of the index.</summary>
    /// <remarks>
    /// Rows are of one group where their values are equal as <see cref="Filter.Eq"/> means it. Rows without the field, with a NaN or with an array there are of no group. Groups come
    /// by their nearest rows, hits within a group likewise.
    /// </remarks>
    /// <param name="query">As for <see cref="Search(ReadOnlySpan{float}, int, SearchOptions?, CancellationToken)"/>.</param>
    /// <param name="field">The field.</param>
    /// <param name="groups">Groups wanted at most, 0 to 1,024.</param>
    /// <param name="perGroup">Hits of each group at most, 0 or more.</param>
    /// <param name="options">As for a search; skip, cursor and ties are not looked at. The filter has at most 63 levels and 16,373 nodes, one level and 11 nodes fewer than that of a search, because conditions on the field are put around it; more is <see cref="FlatErrorKind.InvalidFilter"/>.</param>
    /// <param name="cancellationToken">Looked at between chunks of the scan.</param>
    /// <exception cref="FlatIndexException">As for a search, and after k <see cref="FlatErrorKind.InvalidConfig"/> (groups, hits of a group), <see cref="FlatErrorKind.ResourceLimitExceeded"/>.</exception>
    public IReadOnlyList<HitGroup> SearchGroups(
        ReadOnlyMemory<float> query, string field, int groups, int perGroup, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        var plain = (options ?? SearchOptions.Default) with { Skip = 0, Cursor = null, IncludeTies = false };
        var snapshot = _store.Snapshot;
        Search(snapshot, query.Span, 0, plain, cancellationToken);
        GroupedSearch.Check(field, groups, perGroup);
        return GroupedSearch.RunAsync(field, groups, perGroup, plain.Filter, Run).AsTask().GetAwaiter().GetResult();

        ValueTask<IReadOnlyList<Hit>> Run(Filter filter, int k, bool metadata) =>
            new(Search(snapshot, query.Span, k, plain with { Filter = filter, IncludeMetadata = metadata || plain.IncludeMetadata }, cancellationToken).Hits);
    }

    /// <summary>Fuses the ranks of several queries, which may measure different vectors, over one state of the index; see <see cref="RankFusion"/>.</summary>
    /// <param name="queries">1 to 64 queries.</param>
    /// <param name="k">Rows wanted at most.</param>
    /// <param name="depth">Hits that are looked at of each query.</param>
    /// <param name="options">Metadata, metric and plan; the filter and the vector are each query's own.</param>
    /// <param name="cancellationToken">Looked at between chunks of the scan.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> (numbers), then the first error of the queries in their order; <see cref="FlatError.Item"/> says which.</exception>
    public IReadOnlyList<FusedHit> SearchFused(
        IReadOnlyList<FusedQuery> queries, int k, int depth = RankFusion.DefaultDepth, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        RankFusion.Check(queries, k, depth);
        var plain = (options ?? SearchOptions.Default) with { Skip = 0, Cursor = null, IncludeTies = false };
        var snapshot = _store.Snapshot;
        var answers = new IReadOnlyList<Hit>[queries.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            try
            {
                var own = plain with { Filter = queries[i].Filter, VectorName = queries[i].VectorName };
                answers[i] = Search(snapshot, queries[i].Query.Span, depth, own, cancellationToken).Hits;
            }
            catch (FlatIndexException error)
            {
                throw new FlatIndexException(error.Error with { Item = i }, error);
            }
        }

        return RankFusion.Fuse(answers, k);
    }

    /// <summary>What a search found, with the hits that are passed over taken out and the ties at the last place added.</summary>
    private SearchResult Finish(Segments.RowSnapshot snapshot, ReadOnlyMemory<float> query, SearchResult found, RankedAnswer answer, SearchOptions options, CancellationToken cancellationToken)
    {
        var plain = options with { Skip = 0, IncludeTies = false };
        var hits = answer.FinishAsync(found.Hits, (k, max) => new(Search(snapshot, query.Span, k, plain with { MaxDistance = Nearer(max, options.MaxDistance) }, cancellationToken).Hits));
        return found with { Hits = hits.AsTask().GetAwaiter().GetResult() };
    }

    private static float? Nearer(float? one, float? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
