using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Hybrid;

/// <summary>One ranking of two: of the nearest rows, and of those with the most keywords.</summary>
/// <remarks>
/// Each of the two takes its first <see cref="Depth"/> rows. A row's rank in one is one more than the number of rows that are strictly before it, so that rows which cannot be told apart have one rank. Its
/// score is the sum of 1 / (60 + rank) over the rankings that it is in; rows of one score come in the order of insertion.
/// </remarks>
internal sealed class HybridSearch(ICollectionBackend rows, string field, IReadOnlyList<string> keywords, Filter? filter)
{
    private const int LeastDepth = 1_000;
    private const int DepthPerHit = 10;

    public static int Depth(long wanted) => (int)Math.Min(Math.Min(Math.Max(LeastDepth, DepthPerHit * wanted), Math.Max(wanted, Limits.Hits)), int.MaxValue);

    public async Task<IReadOnlyList<(RecordRow Row, double Score)>> RunAsync(RecordSearch search, CancellationToken cancellationToken)
    {
        int depth = Depth((long)search.Skip + search.K);
        var fused = new Dictionary<RowId, (RecordRow Row, double Score)>();
        var nearest = await rows.SearchAsync(search with { Skip = 0, K = depth }, cancellationToken).ConfigureAwait(false);
        Add(fused, [.. nearest.Select(hit => RowForm.ToRecord(hit))], (left, right) => nearest[left].Distance.Equals(nearest[right].Distance));
        if (keywords.Count > 0)
        {
            var matches = await MatchesAsync(depth, cancellationToken).ConfigureAwait(false);
            Add(fused, [.. matches.Select(match => match.Row)], (left, right) => matches[left].Count == matches[right].Count);
        }

        return [.. fused.Values.OrderByDescending(row => row.Score).ThenBy(row => row.Row.Sequence).Skip(search.Skip).Take(search.K)];
    }

    private static void Add(Dictionary<RowId, (RecordRow Row, double Score)> fused, RecordRow[] ranking, Func<int, int, bool> areTied)
    {
        int rank = 1;
        for (int i = 0; i < ranking.Length; i++)
        {
            if (i > 0 && !areTied(i - 1, i))
                rank = i + 1;
            var before = fused.TryGetValue(ranking[i].Id, out var known) ? known : (Row: ranking[i], Score: 0);
            fused[ranking[i].Id] = before with { Score = before.Score + (1.0 / (RankFusion.Constant + rank)) };
        }
    }

    /// <summary>The rows with the most keywords, then in the order of insertion.</summary>
    private async Task<List<(RecordRow Row, int Count)>> MatchesAsync(int depth, CancellationToken cancellationToken)
    {
        var hasOne = Filter.Or([.. keywords.Select(keyword => Filter.ContainsText(field, keyword))]);
        var byCount = new List<RecordRow>[keywords.Count + 1];
        var list = new RecordList(filter is null ? hasOne : Filter.And(filter, hasOne), [], 0, int.MaxValue, IncludeVectors: false);
        await foreach (var row in rows.ListAsync(list, cancellationToken).ConfigureAwait(false))
        {
            int count = KeywordText.CountOf(row.Metadata[field].AsString, keywords);
            var sameCount = byCount[count] ??= [];
            if (sameCount.Count < depth)
                sameCount.Add(row);
        }

        return [.. byCount.Select((same, count) => (same, count)).Reverse().SelectMany(pair => pair.same?.Select(row => (row, pair.count)) ?? []).Take(depth)];
    }
}
