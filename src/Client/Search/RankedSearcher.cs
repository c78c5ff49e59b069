using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Ranked;

namespace IqdbFlat.Client.Search;

/// <summary>
/// What people expect of searches beyond the nearest k, made of ordinary searches: hits passed over, ties, groups, fused ranks. Each search is exact over all shards, so what is made of
/// them is exact too; while rows are written, two of them may see different states. What an answer is made of covers every shard: the answer has no
/// place to say that it does not.
/// </summary>
internal sealed class RankedSearcher(Searcher searcher)
{
    private const int AtOnce = 8;

    public async Task<ClusterSearchBatchResult> Search(
        IReadOnlyList<ReadOnlyMemory<float>> queries, int k, ClusterSearchOptions options, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var answer = new RankedAnswer(k, options.Skip, options.IncludeTies);
        var found = await searcher.Search(queries, answer.Wanted, options, deadline, cancellationToken);
        if (options.Skip == 0 && !options.IncludeTies)
            return found;
        var plain = options with { Skip = 0, IncludeTies = false, AllowPartial = false };
        var answers = new IReadOnlyList<Hit>[queries.Count];
        foreach (int[] some in Enumerable.Range(0, answers.Length).Chunk(AtOnce))
            await Task.WhenAll(some.Select(async i => answers[i] = await answer.FinishAsync(found.Answers[i], Again(queries[i]))));
        return found with { Answers = answers };

        Func<int, float?, ValueTask<IReadOnlyList<Hit>>> Again(ReadOnlyMemory<float> query) => (wanted, max) => new(
            One(query, wanted, plain with { MaxDistance = Nearer(max, options.MaxDistance) }, deadline, cancellationToken));
    }

    public async Task<IReadOnlyList<HitGroup>> Groups(
        ReadOnlyMemory<float> query, string field, int groups, int perGroup, ClusterSearchOptions options, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var plain = Whole(options);
        await One(query, 0, plain, deadline, cancellationToken);
        GroupedSearch.Check(field, groups, perGroup);
        return await GroupedSearch.RunAsync(
            field,
            groups,
            perGroup,
            plain.Filter,
            (filter, k, metadata) => new(One(query, k, plain with { Filter = filter, IncludeMetadata = metadata || plain.IncludeMetadata }, deadline, cancellationToken)));
    }

    public async Task<IReadOnlyList<FusedHit>> Fused(
        IReadOnlyList<FusedQuery> queries, int k, int depth, ClusterSearchOptions options, CallDeadline deadline, CancellationToken cancellationToken)
    {
        RankFusion.Check(queries, k, depth);
        var plain = Whole(options);
        var answers = new List<IReadOnlyList<Hit>>(queries.Count);
        foreach (var some in queries.Chunk(AtOnce))
            answers.AddRange(await Task.WhenAll(some.Select((query, i) => Own(query, answers.Count + i))));
        return RankFusion.Fuse(answers, k);

        async Task<IReadOnlyList<Hit>> Own(FusedQuery query, int place)
        {
            try
            {
                return await One(query.Query, depth, plain with { Filter = query.Filter, VectorName = query.VectorName }, deadline, cancellationToken);
            }
            catch (FlatIndexException error)
            {
                throw new FlatIndexException(error.Error with { Item = place }, error);
            }
        }
    }

    private static ClusterSearchOptions Whole(ClusterSearchOptions options) => options with { Skip = 0, Cursor = null, IncludeTies = false, AllowPartial = false };

    private async Task<IReadOnlyList<Hit>> One(ReadOnlyMemory<float> query, int k, ClusterSearchOptions options, CallDeadline deadline, CancellationToken cancellationToken) =>
        (await searcher.Search([query], k, options, deadline, cancellationToken)).Answers[0];

    private static float? Nearer(float? one, float? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
