using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;

namespace IqdbFlat.Grains.Tests.Coordinator;

public sealed class ShardFanOutTests
{
    private static readonly IEnumerable<int> Parts = [0, 1];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_come_in_the_order_of_the_parts()
    {
        var first = new TaskCompletionSource<int>();
        var answers = ShardFanOut.AskAsync(Parts, (part, _) => part == 0 ? first.Task : Task.FromResult(11), Cancel);
        first.SetResult(10);

        int[] found = await answers;
        Assert.Equal([10, 11], found);
    }

    [Fact]
    public async Task The_first_failure_stops_the_others_and_is_the_one_that_is_told()
    {
        // Part 0 is waiting for its shard to load; stopped, it says so. The failure that stopped it counts.
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => ShardFanOut.AskAsync(Parts, AskAsync, Cancel));

        Assert.Equal(FlatErrorKind.IndexNotFound, error.Kind);

        static Task<int> AskAsync(int part, CancellationToken stop) => part == 1
            ? Task.FromException<int>(FlatIndexException.IndexNotFound("a"))
            : new Retry(TimeProvider.System).RunAsync<int>(() => throw FlatIndexException.Loading("part 0"), stop);
    }

    [Fact]
    public async Task A_caller_who_gives_up_stops_all()
    {
        using var caller = new CancellationTokenSource();
        var answers = ShardFanOut.AskAsync(Parts, (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, stop).ContinueWith(
            _ => 0, stop, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default), caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answers);
    }
}
