using System.Buffers;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Batches;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Client.Search;

/// <summary>The searches of one handle: checks what needs no cluster, cuts batches to messages, and puts the parts together.</summary>
internal sealed class Searcher(ClusterCaller caller, IndexDescription description, SeenPositions seen, MessageLimits limits)
{
    public async Task<ClusterSearchBatchResult> Search(
        IReadOnlyList<ReadOnlyMemory<float>> queries, int k, ClusterSearchOptions options, CallDeadline deadline, CancellationToken cancellationToken)
    {
        // A vector that is not there is wrong for every query.
        var (dimension, metric) = VectorOf(options);

        // A batch is as many searches, so what a search before the bad query runs into comes before what is wrong with the query.
        int good = FirstBad(queries, k, dimension, metric, options, out var bounds, out var problem);
        var filterProblem = FilterProblem(options.Filter);
        var merge = new SearchMerge(good);
        int step = limits.Queries(dimension, k, options.IncludeMetadata);
        for (int start = 0; start < good; start += step)
        {
            int count = Math.Min(step, good - start);
            try
            {
                merge.Add(filterProblem is null
                    ? await Send(Block(queries, start, count, dimension), count, k, options, bounds, deadline, cancellationToken)
                    : await Probe(Block(queries, start, 1, dimension), count, k, options, filterProblem, deadline, cancellationToken));
            }
            catch (FlatIndexException error) when (error.Error.Item is { } item)
            {
                throw new FlatIndexException(error.Error with { Item = start + item }, error.InnerException ?? error);
            }
        }

        return problem is null ? merge.ToResult() : throw problem;
    }

    private (int Dimension, Metric Metric) VectorOf(ClusterSearchOptions options)
    {
        try
        {
            return description.Settings.VectorOf(options.VectorName, out _);
        }
        catch (FlatIndexException error)
        {
            throw new FlatIndexException(error.Error with { Index = description.Name }, error);
        }
    }

    private int FirstBad(
        IReadOnlyList<ReadOnlyMemory<float>> queries, int k, int dimension, Metric metric, ClusterSearchOptions options, out (float? Max, (float Distance, ulong Sequence)? After) bounds, out FlatIndexException? problem)
    {
        bounds = default;
        int at = 0;
        try
        {
            for (; at < queries.Count; at++)
            {
                SearchCheck.Query(queries[at].Span, k, options.Metric, dimension, metric);

                // The bounds are the batch's, and come behind what is wrong with its first query.
                if (at == 0)
                    bounds = options.Bounds.Check(metric);
            }

            problem = null;
        }
        catch (FlatIndexException error)
        {
            problem = new(error.Error with { Index = description.Name, Item = at }, error);
        }

        return at;
    }

    /// <summary>What keeps a filter from being sent at all, or null.</summary>
    private FlatIndexException? FilterProblem(Filter? filter)
    {
        if (filter is null)
            return null;
        try
        {
            FilterLimits.Check(filter);
            BinaryForm.Write(new DiscardingWriter(), filter);
            return null;
        }
        catch (FlatIndexException error)
        {
            return new(error.Error with { Index = description.Name, Item = 0 }, error);
        }
    }

    /// <summary>
    /// k = 0 and an empty index answer before the filter is looked at, and a filter past its caps must not travel: so one search without it tells
    /// whether there is a row at all.
    /// </summary>
    private async Task<SearchReply> Probe(
        FloatVector query, int queries, int k, ClusterSearchOptions options, FlatIndexException problem, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var bare = options with { Filter = null, IncludeMetadata = false, MinDistance = null };
        var reply = await Send(query, 1, Math.Min(k, 1), bare, default, deadline, cancellationToken);
        if (reply.Answers[0].Count > 0)
            throw problem;
        return reply with { Answers = [.. Enumerable.Repeat(HitBlock.Empty, queries)] };
    }

    private Task<SearchReply> Send(
        FloatVector queries,
        int count,
        int k,
        ClusterSearchOptions options,
        (float? Max, (float Distance, ulong Sequence)? After) bounds,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        bool isBounded = options.MinDistance is not null || bounds.Max is not null || bounds.After is not null;
        return caller.Read(
            description.Name,
            deadline,
            (coordinator, remaining, cancel) => isBounded ? coordinator.SearchWithin(Request(remaining), cancel) : coordinator.SearchIndex(Request(remaining), cancel),
            cancellationToken);

        SearchRequest Request(TimeSpan remaining) => new()
        {
            Index = description.Name,
            Incarnation = description.Incarnation,
            Queries = queries,
            QueryCount = count,
            K = k,
            Filter = options.Filter,
            Metric = options.Metric,
            IncludeMetadata = options.IncludeMetadata,
            Freshness = options.Freshness,
            Seen = seen.Current,
            Deadline = remaining,
            AllowPartial = options.AllowPartial,
            Plan = options.Plan,
            VectorName = options.VectorName,
            MinDistance = options.MinDistance,
            MaxDistance = bounds.Max,
            AfterDistance = bounds.After?.Distance,
            AfterSequence = bounds.After?.Sequence ?? 0,
        };
    }

    // Copied: a silo in this process reads the very memory that it is handed, also after a caller has stopped waiting.
    private static FloatVector Block(IReadOnlyList<ReadOnlyMemory<float>> queries, int start, int count, int dimension)
    {
        var block = GC.AllocateUninitializedArray<float>(count * dimension);
        for (int i = 0; i < count; i++)
            queries[start + i].Span.CopyTo(block.AsSpan(i * dimension, dimension));
        return block;
    }

    /// <summary>Takes a binary form whose size alone is of interest.</summary>
    private sealed class DiscardingWriter : IBufferWriter<byte>
    {
        private byte[] _scratch = new byte[256];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_scratch.Length < sizeHint)
                _scratch = new byte[sizeHint];
            return _scratch;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
