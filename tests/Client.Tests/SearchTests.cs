using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests;

public sealed class SearchTests
{
    private static readonly Filter TooDeep = Enumerable.Range(0, Limits.FilterDepth + 1).Aggregate(Filter.Eq("a", 1), (inner, _) => Filter.Not(inner));

    private readonly FakeCluster _cluster = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_come_in_the_order_of_the_queries_however_they_are_cut()
    {
        await Fill(20);
        ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(0, 10).Select(i => new float[] { i, 0 }.AsMemory())];
        var result = await _cluster.Open(new() { BatchRows = 3 }).SearchBatchAsync(queries, 1, cancellationToken: Token);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (RowId)(ulong)i), result.Answers.Select(hits => hits.Single().Id));
        Assert.Equal([3, 3, 3, 1], _cluster.Coordinator.Sent<SearchRequest>().Select(request => request.QueryCount));
    }

    [Fact]
    public async Task Counts_of_a_shard_are_summed_over_messages()
    {
        await Fill(20);
        ReadOnlyMemory<float>[] queries = [new float[2], new float[2], new float[2]];
        var result = await _cluster.Open(new() { BatchRows = 2 }).SearchBatchAsync(queries, 1, cancellationToken: Token);
        var report = Assert.Single(result.Shards);
        Assert.Equal(60, report.Scanned);
        Assert.Equal(16, report.BytesRead);
        Assert.Equal(TimeSpan.FromMilliseconds(2), report.Elapsed);
        Assert.Equal(10, report.Pruned);
        Assert.Equal((2d, 4d, 6d), (report.FilterTime.TotalMicroseconds, report.ScanTime.TotalMicroseconds, report.MergeTime.TotalMicroseconds));
    }

    [Theory]
    [InlineData(1, false, 10)]
    [InlineData(Limits.Hits, false, 1)]
    [InlineData(int.MaxValue, false, 1)]
    [InlineData(480, true, 2)]
    [InlineData(481, true, 1)]
    public async Task A_message_asks_for_no_more_hits_than_an_answer_can_carry(int k, bool metadata, int queries)
    {
        ReadOnlyMemory<float>[] batch = [.. Enumerable.Repeat(new float[2].AsMemory(), 10)];
        await _cluster.Open().SearchBatchAsync(batch, k, new() { IncludeMetadata = metadata }, Token);
        Assert.Equal(queries, _cluster.Coordinator.Sent<SearchRequest>().First().QueryCount);
    }

    [Fact]
    public async Task The_dimension_is_checked_before_finiteness_and_that_before_the_metric_and_k()
    {
        var index = _cluster.Open();
        var cosine = new ClusterSearchOptions { Metric = Metric.Cosine };
        Assert.Equal(FlatErrorKind.DimensionMismatch, (await Fails(() => index.SearchAsync(new[] { float.NaN }, -1, cosine, Token))).Kind);
        Assert.Equal(FlatErrorKind.InvalidVector, (await Fails(() => index.SearchAsync(new[] { 1, float.NaN }, -1, cosine, Token))).Kind);
        Assert.Equal(FlatErrorKind.InvalidMetric, (await Fails(() => index.SearchAsync(new float[2], -1, cosine, Token))).Kind);
        Assert.Equal(FlatErrorKind.InvalidConfig, (await Fails(() => index.SearchAsync(new float[2], -1, null, Token))).Kind);
        Assert.Empty(_cluster.Coordinator.Requests);
    }

    [Fact]
    public async Task A_filter_past_its_caps_is_refused_only_where_there_are_rows_and_hits_are_wanted()
    {
        var index = _cluster.Open();
        var options = new ClusterSearchOptions { Filter = TooDeep };
        Assert.Empty((await index.SearchAsync(new float[2], 5, options, Token)).Hits);
        await Fill(1);
        Assert.Empty((await index.SearchAsync(new float[2], 0, options, Token)).Hits);
        var error = await Fails(() => index.SearchAsync(new float[2], 5, options, Token));
        Assert.Equal(FlatErrorKind.InvalidFilter, error.Kind);
        Assert.Null(error.Error.Item);
    }

    [Fact]
    public async Task A_filter_past_its_caps_never_travels()
    {
        await Fill(1);
        await Fails(() => _cluster.Open().SearchAsync(new float[2], 5, new() { Filter = TooDeep }, Token));
        Assert.All(_cluster.Coordinator.Sent<SearchRequest>(), request => Assert.Null(request.Filter.Filter));
    }

    [Fact]
    public async Task A_filter_too_large_for_a_message_is_refused()
    {
        await Fill(1);
        var options = new ClusterSearchOptions { Filter = Filter.Neq("a", new string('x', 20 * 1024 * 1024)) };
        Assert.Equal(FlatErrorKind.InvalidFilter, (await Fails(() => _cluster.Open().SearchAsync(new float[2], 5, options, Token))).Kind);
    }

    [Fact]
    public async Task A_bad_query_fails_the_batch_and_says_which_it_is()
    {
        var error = await Fails(() => _cluster.Open().SearchBatchAsync([new float[2], new float[3]], 1, null, Token));
        Assert.Equal(FlatErrorKind.DimensionMismatch, error.Kind);
        Assert.Equal(1, error.Error.Item);
    }

    [Fact]
    public async Task What_the_searches_before_a_bad_query_run_into_comes_first()
    {
        await Fill(1);
        var error = await Fails(() => _cluster.Open().SearchBatchAsync([new float[2], new float[3]], 1, new() { Filter = TooDeep }, Token));
        Assert.Equal(FlatErrorKind.InvalidFilter, error.Kind);
        Assert.Equal(0, error.Error.Item);
    }

    [Fact]
    public async Task The_place_of_a_query_counts_from_the_callers_batch()
    {
        _cluster.Coordinator.Before = (call, _) =>
            call == 2 ? throw new FlatIndexException(FlatIndexException.ResourceLimitExceeded("hits", 1, 2).Error with { Item = 1 }) : Task.CompletedTask;
        ReadOnlyMemory<float>[] batch = [.. Enumerable.Repeat(new float[2].AsMemory(), 10)];
        var error = await Fails(() => _cluster.Open(new() { BatchRows = 3 }).SearchBatchAsync(batch, 1, null, Token));
        Assert.Equal(4, error.Error.Item);
    }

    [Fact]
    public async Task A_batch_without_queries_has_no_answers()
    {
        var result = await _cluster.Open().SearchBatchAsync([], 1, null, Token);
        Assert.Empty(result.Answers);
        Assert.Empty(_cluster.Coordinator.Requests);
    }

    [Fact]
    public async Task All_that_was_asked_for_reaches_the_coordinator()
    {
        var filter = Filter.Eq("a", 1);
        await _cluster.Open().SearchAsync(
            new float[] { 3, 4 },
            7,
            new() { Filter = filter, Metric = Metric.Euclidean, IncludeMetadata = true, Freshness = Freshness.Linearizable, AllowPartial = true, Deadline = TimeSpan.FromSeconds(5) },
            Token);
        var request = _cluster.Coordinator.Sent<SearchRequest>().Single();
        Assert.Equal("docs", request.Index);
        Assert.Equal([3, 4], request.Queries.Span.ToArray());
        Assert.Equal(7, request.K);
        Assert.Same(filter, request.Filter.Filter);
        Assert.Equal(Metric.Euclidean, request.Metric);
        Assert.True(request.IncludeMetadata);
        Assert.Equal(Freshness.Linearizable, request.Freshness);
        Assert.True(request.AllowPartial);
        Assert.InRange(request.Deadline, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_is_made_of_several_searches_never_lacks_a_shard()
    {
        var index = _cluster.Open();
        var partial = new ClusterSearchOptions { AllowPartial = true, IncludeTies = true };
        await index.InsertBatchAsync([.. Enumerable.Range(0, 3).Select(i => new Row((ulong)i, new float[2], Metadata.From(("a", 1L))))], null, Token);

        // A shard is away: whoever opts in is answered without it, and nobody else.
        _cluster.Coordinator.Before = (_, _) => _cluster.Coordinator.Requests[^1] is SearchRequest { AllowPartial: false } ? throw FlatIndexException.Unavailable("a shard is away") : Task.CompletedTask;
        Assert.Equal(FlatErrorKind.Unavailable, (await Fails(() => index.SearchGroupsAsync(new float[2], "a", 1, 1, partial, Token))).Kind);
        Assert.Equal(FlatErrorKind.Unavailable, (await Fails(() => index.SearchFusedAsync([new(new float[2])], 1, options: partial, cancellationToken: Token))).Kind);
        Assert.Equal(FlatErrorKind.Unavailable, (await Fails(() => index.SearchAsync(new float[2], 1, partial, Token))).Kind);
        Assert.Equal(3, (await index.SearchAsync(new float[2], 3, partial, Token)).Hits.Count);
    }

    [Fact]
    public async Task The_ties_of_a_batch_are_asked_for_side_by_side()
    {
        const int Queries = 5;
        var index = _cluster.Open();
        await index.InsertBatchAsync([.. Enumerable.Range(0, 4).Select(i => new Row((ulong)i, new float[2]))], null, Token);
        int under = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.Coordinator.Before = (_, cancel) =>
        {
            if (_cluster.Coordinator.Requests[^1] is not SearchRequest { QueryCount: 1 })
                return Task.CompletedTask;
            if (Interlocked.Increment(ref under) == Queries)
                all.SetResult();
            return all.Task.WaitAsync(TimeSpan.FromMinutes(1), cancel);
        };
        var found = await index.SearchBatchAsync(
            [.. Enumerable.Repeat((ReadOnlyMemory<float>)new float[2], Queries)], 2, new() { IncludeTies = true, Deadline = TimeSpan.FromMinutes(2) }, Token);
        Assert.All(found.Answers, answer => Assert.Equal(4, answer.Count));
        Assert.Equal(Queries, under);
    }

    private async Task Fill(int rows) => await _cluster.Open()
        .InsertBatchAsync([.. Enumerable.Range(0, rows).Select(i => new Row((ulong)i, new float[] { i, 0 }))], null, Token);

    private static Task<FlatIndexException> Fails(Func<Task> call) => Assert.ThrowsAsync<FlatIndexException>(call);
}
