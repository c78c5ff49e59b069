using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Grains.Shards;

/// <summary>A shard's part of a search: its queries, run by the silo's scan threads over one snapshot.</summary>
internal sealed class ShardScan
{
    private const int MostTogether = 64;
    private const int ShareOfQueue = 16;

    private AnswerBytes _bytes;

    private ShardScan(HitBlock[] answers) => Answers = answers;

    /// <summary>A sorted partial each.</summary>
    public HitBlock[] Answers { get; }

    /// <summary>Live rows, times queries.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that the filter left out, times queries.</summary>
    public long Filtered { get; private set; }

    /// <summary>Distances computed.</summary>
    public long Scanned { get; private set; }

    /// <summary>Rows that a bound left out, times queries.</summary>
    public long Pruned { get; private set; }

    /// <summary>Bytes of vectors and codes read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>How rows were looked at.</summary>
    public SearchPlans Plans { get; private set; }

    /// <summary>Thread time in the filter.</summary>
    public TimeSpan FilterTime { get; private set; }

    /// <summary>Thread time in the scan.</summary>
    public TimeSpan ScanTime { get; private set; }

    /// <summary>Time in the merge.</summary>
    public TimeSpan MergeTime { get; private set; }

    /// <summary>Runs the queries, as many at a time as ride one pass over the rows, and no more of them than a small part of the queue, which is there for others too.</summary>
    public static async Task<ShardScan> RunAsync(
        ScanScheduler scheduler, RowSnapshot snapshot, ShardSearch request, CancellationToken cancellationToken)
    {
        var scan = new ShardScan(new HitBlock[request.QueryCount]);

        // When one query fails, the others are given up: a coordinator that tries again must not find its own first attempt in the queue.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await RunAsync();
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }

        async Task<ShardScan> RunAsync()
        {
            int together = Math.Min(MostTogether, Math.Max(2 * scheduler.Threads, scheduler.Capacity / ShareOfQueue));
            for (int first = 0; first < request.QueryCount; first += together)
            {
                var searches = new SnapshotSearch[Math.Min(together, request.QueryCount - first)];
                for (int i = 0; i < searches.Length; i++)
                    searches[i] = SearchOf(snapshot, request, first + i);
                var answers = scheduler.SubmitAsync(searches, stop.Token);
                for (int i = 0; i < answers.Length; i++)
                    scan.Take(first + i, await answers[i], request.IncludeMetadata);
            }

            return scan;
        }
    }

    private static SnapshotSearch SearchOf(RowSnapshot snapshot, ShardSearch request, int query)
    {
        int dimension = snapshot.Parts?[request.Part].Dimension ?? snapshot.Dimension;
        var vector = request.Queries.Span.Slice(query * dimension, dimension);
        var after = request.AfterDistance is { } distance ? (distance, request.AfterSequence) : default((float, ulong)?);
        var window = RankWindow.Of(request.MinDistance, request.MaxDistance, after);
        return new SnapshotSearch(snapshot, vector, request.K, request.Filter.Filter, request.IncludeMetadata, null, request.Plan, request.Part, window);
    }

    private void Take(int query, SearchResult result, bool withMetadata)
    {
        Answers[query] = HitBlock.From(result.Hits, withMetadata);
        _bytes.Add(Answers[query]);
        Rows += result.Explain.Rows;
        Filtered += result.Explain.Filtered;
        Scanned += result.Explain.Scanned;
        Pruned += result.Explain.Pruned;
        BytesRead += result.Explain.BytesRead;
        Plans |= result.Explain.Plans;
        FilterTime += result.Explain.FilterTime;
        ScanTime += result.Explain.ScanTime;
        MergeTime += result.Explain.MergeTime;
    }
}
