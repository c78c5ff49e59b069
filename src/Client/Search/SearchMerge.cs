using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Search;

/// <summary>Puts the answers of a batch's messages together: hits in order, each shard's counts as sums.</summary>
internal sealed class SearchMerge(int queries)
{
    private readonly List<IReadOnlyList<Hit>> _answers = new(queries);
    private readonly SortedDictionary<int, ShardReport> _shards = [];
    private readonly SortedSet<int> _missing = [];

    public void Add(SearchReply reply)
    {
        foreach (var answer in reply.Answers)
            _answers.Add(Hits(answer));
        foreach (var report in reply.Shards)
            _shards[report.Shard] = _shards.TryGetValue(report.Shard, out var before) ? Sum(before, report) : report;
        _missing.UnionWith(reply.Missing);
    }

    public ClusterSearchBatchResult ToResult() => new() { Answers = _answers, Shards = [.. _shards.Values], Missing = [.. _missing] };

    private static Hit[] Hits(HitBlock block)
    {
        var hits = new Hit[block.Count];
        for (int i = 0; i < hits.Length; i++)
            hits[i] = block.At(i);
        return hits;
    }

    private static ShardReport Sum(ShardReport before, ShardReport after) => after with
    {
        Rows = before.Rows + after.Rows,
        Filtered = before.Filtered + after.Filtered,
        Scanned = before.Scanned + after.Scanned,
        Pruned = before.Pruned + after.Pruned,
        BytesRead = before.BytesRead + after.BytesRead,
        Elapsed = before.Elapsed + after.Elapsed,
        Plans = before.Plans | after.Plans,
        FilterTime = before.FilterTime + after.FilterTime,
        ScanTime = before.ScanTime + after.ScanTime,
        MergeTime = before.MergeTime + after.MergeTime,
    };
}
