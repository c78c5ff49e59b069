using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Grains.Shards;

/// <summary>A shard's part of a search: its queries, run by the silo's scan threads over one snapshot.</summary>
internal sealed class ShardScan
{
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

    /// <summary>Runs the queries, at most two a scan thread at a time, so that one large batch cannot fill the queue for others.</summary>
    public static async Task<ShardScan> RunAsync(
        ScanScheduler scheduler, RowSnapshot snapshot, ShardSearch request, CancellationToken cancellationToken)
    {
        var scan = new ShardScan(new HitBlock[request.QueryCount]);
        var underWay = new Queue<Task<SearchResult>>();

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
            int window = 2 * scheduler.Threads;
            int answered = 0;
            for (int query = 0; query < request.QueryCount; query++)
            {
                if (underWay.Count == window)
                    scan.Take(answered++, await underWay.Dequeue(), request.IncludeMetadata);
                var vector = request.Queries.Span.Slice(query * snapshot.Dimension, snapshot.Dimension);
                var search = new SnapshotSearch(snapshot, vector, request.K, request.Filter.Filter, request.IncludeMetadata, plan: request.Plan);
                underWay.Enqueue(scheduler.SubmitAsync(search, stop.Token));
            }

            while (underWay.Count > 0)
                scan.Take(answered++, await underWay.Dequeue(), request.IncludeMetadata);
            return scan;
        }
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
