using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Memory;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>One search request over all shards of an index: ask each, wait and retry inside the deadline, merge.</summary>
internal sealed class SearchFanOut(IGrainFactory grains, Retry retry)
{
    public async Task<SearchReply> RunAsync(IndexDescription index, SearchRequest request, CancellationToken cancellationToken)
    {
        SearchRequestCheck.Queries(index.Settings, request);
        if (request.K == 0)
            return Nothing(request.QueryCount);
        if (SearchRequestCheck.FilterError(request.Filter.Filter) is { } refused)
            return await EmptyOrThrowAsync(index, request, refused, cancellationToken);

        int shards = index.Settings.Shards;
        var replies = await ShardFanOut.AskAsync(
            Enumerable.Range(0, shards), (shard, stop) => AskAsync(index, request, shard, cancellationToken, stop), cancellationToken);
        var answered = replies.OfType<ShardSearchReply>().ToArray();
        int[] missing = [.. Enumerable.Range(0, shards).Where(shard => replies[shard] is null)];
        if (answered.Length == 0 && missing.Length > 0)
            throw FlatIndexException.Unavailable("no shard could be reached, so that even a partial answer would be empty");
        CheckHits(request, answered);
        return new()
        {
            Answers = Merge(request, answered),
            Shards = [.. answered.Select(reply => reply.Report)],
            Missing = missing,
        };
    }

    /// <summary>One shard's answer; null where it could not answer in time and the caller opted in to do without.</summary>
    private async Task<ShardSearchReply?> AskAsync(
        IndexDescription index, SearchRequest request, int shard, CancellationToken deadline, CancellationToken stop)
    {
        var grain = grains.GetGrain<IShardGrain>(index.ShardKey(shard));
        var part = new ShardSearch
        {
            IndexEpoch = index.Epoch,
            Queries = request.Queries,
            QueryCount = request.QueryCount,
            K = Math.Min(request.K, IsBounded(request) ? Limits.Hits + 1 : Limits.Hits),
            Filter = request.Filter,
            IncludeMetadata = request.IncludeMetadata,
            Freshness = request.Freshness,
            Seen = SeenOf(request.Seen, shard),
            Plan = request.Plan,
            MinDistance = request.MinDistance,
            MaxDistance = request.MaxDistance,
            AfterDistance = request.AfterDistance,
            AfterSequence = request.AfterSequence,
            Part = VectorParts.PlaceOf(index.Settings.Parts, request.VectorName),
        };
        try
        {
            return await retry.ReadAsync(() => IsBounded(request) ? grain.SearchWithin(part, stop) : grain.SearchShard(part, stop), shard, stop);
        }
        catch (FlatIndexException e) when (request.AllowPartial && (Retry.IsTransient(e) || SiloMemory.IsDoesNotFit(e)))
        {
            return null;
        }
        catch (OperationCanceledException) when (request.AllowPartial && deadline.IsCancellationRequested)
        {
            return null;
        }
    }

    private static HitBlock[] Merge(SearchRequest request, ShardSearchReply[] replies)
    {
        var answers = new HitBlock[request.QueryCount];
        var partials = new HitBlock[replies.Length];
        var bytes = default(AnswerBytes);
        for (int query = 0; query < answers.Length; query++)
        {
            for (int r = 0; r < replies.Length; r++)
                partials[r] = replies[r].Answers[query];
            answers[query] = PartialMerge.Merge(partials, request.K);
            bytes.Add(answers[query]);
        }

        return answers;
    }

    /// <summary>An answer that would pass the cap is an error, whatever the shards: they count their matches, and here they are added up.</summary>
    private static void CheckHits(SearchRequest request, ShardSearchReply[] replies)
    {
        if (request.K <= Limits.Hits)
            return;
        if (IsBounded(request))
        {
            CheckBoundedHits(request, replies);
            return;
        }

        long matches = 0;
        foreach (var reply in replies)
            matches += (reply.Report.Rows - reply.Report.Filtered) / request.QueryCount;
        long hits = Math.Min(request.K, matches);
        if (hits > Limits.Hits)
            throw FlatIndexException.ResourceLimitExceeded("hits", Limits.Hits, hits);
    }

    /// <summary>Within bounds shards do not count matches, but hits: a shard that has too many says so itself.</summary>
    private static void CheckBoundedHits(SearchRequest request, ShardSearchReply[] replies)
    {
        for (int query = 0; query < request.QueryCount; query++)
        {
            long hits = Math.Min(request.K, replies.Sum(reply => (long)reply.Answers[query].Count));
            if (hits > Limits.Hits)
                throw FlatIndexException.ResourceLimitExceeded("hits", Limits.Hits, hits);
        }
    }

    private static bool IsBounded(SearchRequest request) => request.MinDistance is not null || request.MaxDistance is not null || request.AfterDistance is not null;

    /// <summary>An empty index answers an empty list before a filter's caps are looked at; only a refused filter pays for the question.</summary>
    private async Task<SearchReply> EmptyOrThrowAsync(
        IndexDescription index, SearchRequest request, FlatIndexException refused, CancellationToken cancellationToken)
    {
        var report = await new IndexReports(grains, retry).RunAsync(index, cancellationToken);
        if (report.Shards.Any(shard => shard.Vectors > 0))
            throw refused;
        return Nothing(request.QueryCount);
    }

    private static SearchReply Nothing(int queries) =>
        new() { Answers = [.. Enumerable.Repeat(HitBlock.Empty, queries)], Shards = [] };

    internal static ShardPosition? SeenOf(ShardPosition[]? seen, int shard)
    {
        foreach (var position in seen ?? [])
        {
            if (position.Shard == shard)
                return position;
        }

        return null;
    }
}
