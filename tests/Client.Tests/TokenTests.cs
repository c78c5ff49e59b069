using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests;

public sealed class TokenTests
{
    private static readonly WriteToken Given = new(new("01890a5d-ac96-774b-bcce-b302099a8057"), 9);

    private readonly FakeCluster _cluster = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_write_has_a_token_and_those_of_one_client_rise()
    {
        var index = _cluster.Open();
        await index.InsertAsync(Row(1), cancellationToken: Cancel);
        await index.UpsertAsync(Row(2), cancellationToken: Cancel);
        await index.InsertBatchAsync([Row(3)], cancellationToken: Cancel);
        await index.UpsertBatchAsync([Row(4)], cancellationToken: Cancel);
        await index.UpdateMetadataAsync(1, null, cancellationToken: Cancel);
        await index.DeleteAsync(1, cancellationToken: Cancel);
        await index.DeleteBatchAsync([2], cancellationToken: Cancel);
        await index.IngestAsync(new[] { Row(5) }.ToAsyncEnumerable(), cancellationToken: Cancel);
        await index.ClearAsync(cancellationToken: Cancel);

        WriteToken[] tokens = [.. _cluster.Coordinator.Sent<WriteRequest>().Select(request => request.Token!.Value)];
        Assert.Equal(9, tokens.Length);
        Assert.Single(tokens.Select(token => token.Client).Distinct());
        Assert.Equal(7, tokens[0].Client.Version);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (ulong)i), tokens.Select(token => token.Number));
        Assert.All(_cluster.Coordinator.Sent<WriteRequest>(), request => Assert.False(request.TokenMayBeKnown));
    }

    [Fact]
    public async Task Writes_that_are_under_way_at_once_have_clients_of_their_own()
    {
        var both = new TaskCompletionSource();
        _cluster.Coordinator.Before = (call, _) =>
        {
            if (call == 2)
                both.SetResult();
            return call <= 2 ? both.Task : Task.CompletedTask;
        };
        var index = _cluster.Open();
        await Task.WhenAll(index.UpsertAsync(Row(1), cancellationToken: Cancel), index.UpsertAsync(Row(2), cancellationToken: Cancel));

        Assert.Equal(2, _cluster.Coordinator.Sent<WriteRequest>().Select(request => request.Token!.Value.Client).Distinct().Count());
    }

    [Fact]
    public async Task A_token_that_is_given_is_passed_on_and_each_message_of_the_call_is_a_part_of_it()
    {
        var index = _cluster.Open(new() { BatchRows = 2 });
        await index.InsertBatchAsync([.. Enumerable.Range(0, 5).Select(i => Row((ulong)i))], new() { Token = Given }, Cancel);
        await index.DeleteBatchAsync([0, 1, 2], new() { Token = Given.Next }, Cancel);

        WriteRequest[] sent = [.. _cluster.Coordinator.Sent<WriteRequest>()];
        Assert.Equal([(9UL, 0), (9UL, 1), (9UL, 2), (10UL, 0), (10UL, 1)], sent.Select(request => (request.Token!.Value.Number, request.TokenPart)));
        Assert.All(sent, request => Assert.True(request.TokenMayBeKnown && request.Token!.Value.Client == Given.Client));
    }

    [Fact]
    public async Task A_write_that_would_be_cut_into_more_messages_than_are_remembered_is_refused_before_anything_is_sent()
    {
        var index = _cluster.Open(new() { BatchRows = 1 });
        Row[] rows = [.. Enumerable.Range(0, WriteToken.Remembered + 1).Select(i => Row((ulong)i))];
        await AssertInvalid(() => index.InsertBatchAsync(rows, new() { Token = Given }, Cancel));
        await AssertInvalid(() => index.DeleteBatchAsync([.. rows.Select(row => row.Id)], new() { Token = Given }, Cancel));
        await AssertInvalid(() => index.InsertAsync(Row(1), new() { Token = new(Guid.NewGuid(), 1) }, Cancel));
        await AssertInvalid(() => index.IngestAsync(rows.ToAsyncEnumerable(), new() { TokenClient = Guid.Empty }, cancellationToken: Cancel));
        Assert.Empty(_cluster.Coordinator.Requests);
        await index.InsertBatchAsync(rows[1..], new() { Token = Given }, Cancel);
    }

    [Fact]
    public async Task A_new_token_that_a_shard_takes_for_an_old_one_is_made_anew()
    {
        _cluster.Coordinator.Before = (call, _) => call == 1 ? throw FlatIndexException.TokenExpired("old") : Task.CompletedTask;
        await _cluster.Open().InsertAsync(Row(1), cancellationToken: Cancel);
        Assert.Equal(2, _cluster.Coordinator.Sent<WriteRequest>().Select(request => request.Token!.Value.Client).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_may_have_been_taken_is_not_made_anew(bool given)
    {
        _cluster.Coordinator.Before = (call, _) => throw (call == 1 && !given ? FlatIndexException.Timeout("lost", true) : FlatIndexException.TokenExpired("old"));
        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => _cluster.Open().InsertAsync(Row(1), new() { Token = given ? Given : null }, Cancel));
        Assert.Equal(FlatErrorKind.TokenExpired, error.Kind);
        Assert.Equal(given ? 1 : 2, _cluster.Coordinator.Requests.Count);
    }

    [Fact]
    public async Task Batches_of_a_stream_of_ones_own_are_numbered_by_the_ordinal_of_their_first_row()
    {
        var index = _cluster.Open(new() { BatchRows = 2 });
        await index.IngestAsync(
            Enumerable.Range(0, 3).Select(i => Row((ulong)i)).ToAsyncEnumerable(), new() { TokenClient = Given.Client, FirstOrdinal = 100 }, cancellationToken: Cancel);

        Assert.Equal([100UL, 102UL], _cluster.Coordinator.Sent<WriteRequest>().Select(request => request.Token!.Value.Number));
    }

    private static async Task AssertInvalid(Func<Task> call) =>
        Assert.Equal(FlatErrorKind.InvalidConfig, (await Assert.ThrowsAsync<FlatIndexException>(call)).Kind);

    private static Row Row(ulong id) => new(id, new float[2]);
}
