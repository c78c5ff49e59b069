namespace IqdbFlat.Engine;

/// <summary>Reciprocal rank fusion: several answers put together by the ranks of their hits, whatever their distances measure.</summary>
public static class RankFusion
{
    /// <summary>The constant of the formula: a row of rank r in an answer scores 1 / (60 + r) there, r from 1.</summary>
    public const int Constant = 60;

    /// <summary>Hits that are looked at of each answer where nothing is said.</summary>
    public const int DefaultDepth = 100;

    /// <summary>
    /// The k rows of the highest scores. A row's score is the sum over the answers that have it, in their order, in 64-bit floats; equal scores come in the order of insertion. A row that an answer
    /// does not have gets nothing from it.
    /// </summary>
    /// <param name="answers">Hits, nearest first.</param>
    /// <param name="k">Rows wanted at most, 0 or more.</param>
    public static IReadOnlyList<FusedHit> Fuse(IReadOnlyList<IReadOnlyList<Hit>> answers, int k)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var rows = new Dictionary<RowId, FusedHit>();
        foreach (var answer in answers)
        {
            for (int rank = 1; rank <= answer.Count; rank++)
            {
                var hit = answer[rank - 1];
                double score = 1.0 / (Constant + rank);

                // A row that was replaced between two searches is the later one.
                rows[hit.Id] = rows.TryGetValue(hit.Id, out var known)
                    ? new(hit.Id, known.Score + score, Math.Max(known.Sequence, hit.Sequence), hit.Sequence > known.Sequence ? hit.Metadata : known.Metadata)
                    : new(hit.Id, score, hit.Sequence, hit.Metadata);
            }
        }

        return [.. rows.Values.OrderByDescending(row => row.Score).ThenBy(row => row.Sequence).Take(k)];
    }

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/> unless k is 0 or more, the depth 1 to <see cref="Limits.Hits"/>, and there are 1 to 64 queries.</summary>
    internal static void Check(IReadOnlyList<FusedQuery> queries, int k, int depth)
    {
        if (queries.Count is < 1 or > 64)
            throw FlatIndexException.InvalidConfig($"1 to 64 queries are fused, found {queries.Count}");
        if (k < 0)
            throw FlatIndexException.InvalidConfig($"k is at least 0, found {k}");
        if (depth is < 1 or > Limits.Hits)
            throw FlatIndexException.InvalidConfig($"the hits that are looked at of each query are 1 to {Limits.Hits}, found {depth}");
    }
}
