using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;
using Orleans.Runtime;

namespace IqdbFlat.Client.Tests;

public sealed class ClusterCallerTests
{
    private static readonly ClusterSearchOptions OneSecond = new() { Deadline = TimeSpan.FromSeconds(1) };

    private readonly FakeCluster _cluster = new();
    private readonly ManualTime _time = new();
    private readonly ManualTime _passing = new(passesWaits: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_that_is_never_answered_ends_in_Timeout_soon_after_its_deadline()
    {
        _cluster.Coordinator.Before = (_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        var search = Open().SearchAsync(new float[2], 1, OneSecond, Token);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(search.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => search);
        Assert.Equal(FlatErrorKind.Timeout, error.Kind);
        Assert.False(error.Error.MayHaveBeenApplied);
        Assert.Equal("docs", error.Error.Index);
    }

    [Fact]
    public async Task A_call_ends_even_when_the_cluster_ignores_cancellation()
    {
        var never = new TaskCompletionSource();
        _cluster.Coordinator.Before = (_, _) => never.Task;
        var search = Open().SearchAsync(new float[2], 1, OneSecond, Token);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(FlatErrorKind.Timeout, (await Assert.ThrowsAsync<FlatIndexException>(() => search)).Kind);
    }

    [Fact]
    public async Task A_write_that_is_never_answered_may_have_been_applied()
    {
        _cluster.Coordinator.Before = (_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        var insert = Open().InsertAsync(new(1, new float[2]), new() { Deadline = TimeSpan.FromSeconds(1) }, Token);
        _time.Advance(TimeSpan.FromSeconds(4));
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => insert);
        Assert.Equal(FlatErrorKind.Timeout, error.Kind);
        Assert.True(error.Error.MayHaveBeenApplied);
    }

    [Fact]
    public async Task A_read_whose_silo_is_lost_goes_to_the_next_coordinator_with_what_is_left_of_its_deadline()
    {
        _cluster.Coordinator.Before = (call, _) => call <= 2 ? throw new SiloUnavailableException("gone") : Task.CompletedTask;
        Assert.Empty((await _cluster.Open(null, _passing).SearchAsync(new float[2], 1, OneSecond, Token)).Hits);
        Assert.Equal(3, _cluster.Turns);
        Assert.Equal([1_000, 950, 850], _cluster.Coordinator.Sent<SearchRequest>().Select(request => request.Deadline.TotalMilliseconds));
    }

    [Fact]
    public async Task A_read_gives_up_as_Unavailable_when_the_cluster_stays_lost()
    {
        _cluster.Coordinator.Before = (_, _) => throw new SiloUnavailableException("gone");
        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => _cluster.Open(null, _passing).SearchAsync(new float[2], 1, new() { Deadline = TimeSpan.FromSeconds(0.2) }, Token));
        Assert.Equal(FlatErrorKind.Unavailable, error.Kind);
        Assert.IsType<SiloUnavailableException>(error.InnerException);

        // At 0, 50 and 150 ms; the next would be at 350.
        Assert.Equal(3, _cluster.Turns);
    }

    [Fact]
    public async Task A_write_whose_silo_is_lost_is_sent_again_under_the_same_token_until_it_is_answered()
    {
        _cluster.Coordinator.Before = (call, _) => call <= 2 ? throw new SiloUnavailableException("gone") : Task.CompletedTask;
        await _cluster.Open(null, _passing).InsertAsync(new(1, new float[2]), new() { Deadline = TimeSpan.FromSeconds(1) }, Token);
        WriteRequest[] sent = [.. _cluster.Coordinator.Sent<WriteRequest>()];
        Assert.Equal([false, true, true], sent.Select(request => request.TokenMayBeKnown));
        Assert.Single(sent.Select(request => (request.Token, request.TokenPart)).Distinct());
        Assert.Equal([1_000, 950, 850], sent.Select(request => request.Deadline.TotalMilliseconds));
        Assert.Equal(1, _cluster.Coordinator.Rows.Count);
    }

    [Fact]
    public async Task A_write_that_the_cluster_did_not_finish_is_sent_again()
    {
        _cluster.Coordinator.Before = (call, _) => call == 1 ? throw FlatIndexException.Timeout("a shard was lost", mayHaveBeenApplied: true) : Task.CompletedTask;
        await _cluster.Open(null, _passing).InsertAsync(new(1, new float[2]), cancellationToken: Token);
        Assert.Equal([false, true], _cluster.Coordinator.Sent<WriteRequest>().Select(request => request.TokenMayBeKnown));
    }

    [Fact]
    public async Task A_write_that_did_nothing_for_being_late_is_sent_again_as_new()
    {
        _cluster.Coordinator.Before = (call, _) => call == 1 ? throw FlatIndexException.Timeout("too late", mayHaveBeenApplied: false) : Task.CompletedTask;
        await _cluster.Open(null, _passing).InsertAsync(new(1, new float[2]), cancellationToken: Token);
        Assert.Equal([false, false], _cluster.Coordinator.Sent<WriteRequest>().Select(request => request.TokenMayBeKnown));
    }

    [Fact]
    public async Task A_write_may_have_been_applied_when_its_deadline_ends_after_a_try_that_nobody_answered()
    {
        _cluster.Coordinator.Before = (_, _) => throw new SiloUnavailableException("gone");
        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => _cluster.Open(null, _passing).InsertAsync(new(1, new float[2]), new() { Deadline = TimeSpan.FromSeconds(0.2) }, Token));
        Assert.Equal((FlatErrorKind.Timeout, true), (error.Kind, error.Error.MayHaveBeenApplied));
        Assert.Equal(3, _cluster.Coordinator.Requests.Count);
    }

    [Theory]
    [InlineData(FlatErrorKind.Loading, FlatErrorKind.Timeout)]
    [InlineData(FlatErrorKind.IndexNotFound, FlatErrorKind.IndexNotFound)]
    public async Task What_ends_a_write_after_a_try_that_nobody_answered_says_that_it_may_have_been_applied(FlatErrorKind ends, FlatErrorKind told)
    {
        _cluster.Coordinator.Before = (call, _) => throw (call == 1 ? new SiloUnavailableException("gone") : new FlatIndexException(new FlatError(ends, "no")));
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => _cluster.Open(null, _passing).InsertAsync(new(1, new float[2]), cancellationToken: Token));
        Assert.Equal((told, true, 2), (error.Kind, error.Error.MayHaveBeenApplied, _cluster.Coordinator.Requests.Count));
    }

    [Fact]
    public async Task A_refused_write_is_Overloaded_and_was_not_applied()
    {
        _cluster.Coordinator.Before = (_, _) => throw new GatewayTooBusyException("busy");
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => Open().InsertAsync(new(1, new float[2]), cancellationToken: Token));
        Assert.Equal(FlatErrorKind.Overloaded, error.Kind);
        Assert.False(error.Error.MayHaveBeenApplied);
    }

    [Fact]
    public async Task The_clusters_own_error_comes_out_whole()
    {
        var cause = FlatIndexException.CorruptData("segment/1/2", "is damaged").Error with { Index = "docs", Shard = 3 };
        _cluster.Coordinator.Before = (_, _) => throw new FlatIndexException(cause);
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => Open().ExistsAsync(1, Token));
        Assert.Equal(cause with { NotApplied = error.Error.NotApplied }, error.Error);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_is_cancelled_not_timed_out()
    {
        using var cancel = new CancellationTokenSource();
        _cluster.Coordinator.Before = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token);
        var insert = Open().InsertAsync(new(1, new float[2]), cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => insert);
    }

    [Fact]
    public async Task A_call_cancelled_before_it_begins_sends_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().ExistsAsync(1, new CancellationToken(true)));
        Assert.Empty(_cluster.Coordinator.Requests);
    }

    [Fact]
    public async Task A_bug_of_the_cluster_is_not_dressed_up()
    {
        _cluster.Coordinator.Before = (_, _) => throw new InvalidOperationException("bug");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Open().ExistsAsync(1, Token));
    }

    [Fact]
    public async Task One_deadline_covers_all_messages_of_a_batch()
    {
        _cluster.Coordinator.Before = (_, _) =>
        {
            _time.Advance(TimeSpan.FromSeconds(0.6));
            return Task.CompletedTask;
        };
        Row[] rows = [.. Enumerable.Range(0, 3).Select(i => new Row((ulong)i, new float[2]))];
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => _cluster.Open(new() { BatchRows = 1 }, _time)
            .InsertBatchAsync(rows, new() { Deadline = TimeSpan.FromSeconds(1) }, Token));
        Assert.Equal(FlatErrorKind.Timeout, error.Kind);
        Assert.False(error.Error.MayHaveBeenApplied);
        Assert.Equal([2], error.Error.NotApplied);
        Assert.Equal(2, _cluster.Coordinator.Rows.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(541)]
    public async Task A_deadline_that_no_call_may_have_is_refused(int seconds)
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => Open().SearchAsync(new float[2], 1, new() { Deadline = TimeSpan.FromSeconds(seconds) }, Token));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
    }

    private IFlatIndex Open() => _cluster.Open(null, _time);
}
