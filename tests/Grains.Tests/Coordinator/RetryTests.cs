using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;

namespace IqdbFlat.Grains.Tests.Coordinator;

public sealed class RetryTests
{
    [Fact]
    public async Task A_shard_that_is_loading_is_asked_again()
    {
        int calls = 0;

        int answer = await new Retry(TimeProvider.System).RunAsync(
            () => ++calls < 4 ? throw FlatIndexException.Loading("not yet") : Task.FromResult(calls), TestContext.Current.CancellationToken);

        Assert.Equal(4, answer);
    }

    [Theory]
    [InlineData(3, "the page took longer than 0.02 s: shard 3 had not answered")]
    [InlineData(null, "the page took longer than 0.02 s: the index grain had not answered")]
    public async Task A_deadline_that_passes_says_who_had_not_answered(int? shard, string said)
    {
        using var deadline = new RequestDeadline(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);

        var stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ShardFanOut.AskAsync(
            [shard],
            (part, stop) => new Retry(TimeProvider.System).ReadAsync(() => NeverAsync(stop), part, stop),
            deadline.Token));

        var error = Assert.IsType<FlatIndexException>(deadline.Stopped(stopped, "the page", mayHaveBeenApplied: false));
        Assert.Equal((FlatErrorKind.Timeout, true), (error.Kind, error.Message.Contains(said, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_may_have_been_applied_is_not_tried_again()
    {
        int calls = 0;

        var error = await Assert.ThrowsAsync<FlatIndexException>(() => new Retry(TimeProvider.System).RunAsync<int>(
            () =>
            {
                calls++;
                throw FlatIndexException.Timeout("lost", mayHaveBeenApplied: true);
            },
            TestContext.Current.CancellationToken));

        Assert.Equal((1, FlatErrorKind.Timeout), (calls, error.Kind));
    }

    [Fact]
    public async Task When_time_is_up_the_typed_outcome_is_thrown()
    {
        using var time = new CancellationTokenSource();

        var error = await Assert.ThrowsAsync<FlatIndexException>(() => new Retry(TimeProvider.System).RunAsync<int>(
            () =>
            {
                time.CancelAfter(TimeSpan.FromMilliseconds(20));
                throw FlatIndexException.Loading("still");
            },
            time.Token));

        Assert.Equal(FlatErrorKind.Loading, error.Kind);
    }

    private static async Task<int> NeverAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return 0;
    }
}
