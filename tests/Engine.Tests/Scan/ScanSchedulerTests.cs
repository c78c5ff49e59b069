using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Scan;

public class ScanSchedulerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Searches_under_way_at_once_each_get_their_own_answer()
    {
        var snapshot = Fill(6_000, 32, out var vectors);
        using var scheduler = new ScanScheduler(3);
        var answers = Enumerable.Range(0, 200).Select(i => scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[i], 5))).ToArray();
        for (int i = 0; i < answers.Length; i++)
        {
            var expected = new SnapshotSearch(snapshot, vectors[i], 5).Run();
            IndexOracle.AssertSame(expected.Hits, (await answers[i].WaitAsync(Patience)).Hits);
            Assert.Equal((ulong)i, expected.Hits[0].Id.Number);
        }

        Assert.Equal(0, scheduler.UnderWay);
    }

    [Fact]
    public async Task A_search_that_finds_the_queue_full_is_refused_and_the_others_are_answered()
    {
        var snapshot = Fill(2_000, 16, out var vectors);
        using var scheduler = new ScanScheduler(1, capacity: 2);
        using var gate = new Gate(snapshot);
        var first = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 1, time: gate));
        await gate.Entered.WaitAsync(Patience);
        var second = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[1], 1));
        var third = await Assert.ThrowsAsync<FlatIndexException>(() => scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[2], 1)));
        Assert.Equal(FlatErrorKind.Overloaded, third.Kind);
        gate.Open();
        Assert.Equal(0UL, (await first.WaitAsync(Patience)).Hits[0].Id.Number);
        Assert.Equal(1UL, (await second.WaitAsync(Patience)).Hits[0].Id.Number);
        Assert.Equal(2UL, (await scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[2], 1)).WaitAsync(Patience)).Hits[0].Id.Number);
    }

    [Fact]
    public async Task A_cancelled_search_ends_and_its_neighbour_does_not()
    {
        var snapshot = Fill(50_000, 64, out var vectors);
        using var scheduler = new ScanScheduler(1);
        var single = Fill(1, 64, out _);
        using var gate = new Gate(single);
        var blocker = scheduler.SubmitAsync(new SnapshotSearch(single, vectors[0], 1, time: gate));
        await gate.Entered.WaitAsync(Patience);
        using var cancellation = new CancellationTokenSource();
        var cancelled = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 1), cancellation.Token);
        var kept = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[1], 1));
        await cancellation.CancelAsync();
        gate.Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Patience));
        Assert.True(cancelled.IsCanceled);
        Assert.Equal(1UL, (await kept.WaitAsync(Patience)).Hits[0].Id.Number);
        await blocker.WaitAsync(Patience);
        Assert.Equal(0, scheduler.UnderWay);
    }

    [Fact]
    public async Task What_goes_wrong_in_a_chunk_fails_that_search_alone()
    {
        var snapshot = Fill(50_000, 64, out var vectors);
        using var scheduler = new ScanScheduler(2);
        for (int i = 0; i < 20; i++)
        {
            var bad = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 1, Filter.Or(new UnknownFilter())));
            var good = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[i], 1));
            await Assert.ThrowsAsync<InvalidOperationException>(() => bad.WaitAsync(Patience));
            Assert.Equal((ulong)i, (await good.WaitAsync(Patience)).Hits[0].Id.Number);
        }

        Assert.Equal(0, scheduler.UnderWay);
    }

    [Fact]
    public async Task A_small_search_does_not_wait_for_a_large_one_to_end()
    {
        var large = Fill(100_000, 64, out var vectors);
        var small = Fill(10, 64, out _);
        using var scheduler = new ScanScheduler(1);
        var single = Fill(1, 64, out _);
        using var gate = new Gate(single);
        var blocker = scheduler.SubmitAsync(new SnapshotSearch(single, vectors[0], 1, time: gate));
        await gate.Entered.WaitAsync(Patience);
        using var last = new Gate(large);
        var slow = scheduler.SubmitAsync(new SnapshotSearch(large, vectors[0], 1, time: last));
        var quick = scheduler.SubmitAsync(new SnapshotSearch(small, vectors[0], 1));
        gate.Open();

        // The large search cannot have ended while its own clock holds it back.
        await quick.WaitAsync(Patience);
        Assert.False(slow.IsCompleted);
        last.Open();
        await slow.WaitAsync(Patience);
        await blocker.WaitAsync(Patience);
    }

    [Fact]
    public async Task Stopping_fails_what_waits_and_refuses_what_comes()
    {
        var snapshot = Fill(50_000, 64, out var vectors);
        var scheduler = new ScanScheduler(1);
        var single = Fill(1, 64, out _);
        using var gate = new Gate(single);
        var running = scheduler.SubmitAsync(new SnapshotSearch(single, vectors[0], 1, time: gate));
        await gate.Entered.WaitAsync(Patience);
        var waiting = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 1));
        var stop = Task.Factory.StartNew(scheduler.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!scheduler.IsStopping)
            await Task.Yield();
        gate.Open();
        await stop.WaitAsync(Patience);
        Assert.Single((await running.WaitAsync(Patience)).Hits);
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => waiting.WaitAsync(Patience))).Kind);
        var late = await Assert.ThrowsAsync<FlatIndexException>(() => scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 1)));
        Assert.Equal(FlatErrorKind.Unavailable, late.Kind);
        Assert.Equal(0, scheduler.UnderWay);
        scheduler.Dispose();
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_an_error_of_the_search()
    {
        var snapshot = Fill(Limits.Hits + 1, 1, out _);
        using var scheduler = new ScanScheduler(2);
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => scheduler.SubmitAsync(new SnapshotSearch(snapshot, [0f], int.MaxValue, Filter.And())).WaitAsync(Patience));
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, error.Kind);
    }

    [Fact]
    public async Task An_empty_snapshot_is_answered_at_once()
    {
        using var scheduler = new ScanScheduler(1);
        var answer = scheduler.SubmitAsync(new SnapshotSearch(new RowStore(2, Metric.Cosine).Snapshot, [1, 2], 10));
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Empty((await answer).Hits);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1_025, 1)]
    [InlineData(1, 0)]
    public void Numbers_out_of_bounds_make_no_scheduler(int threads, int capacity) =>
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => new ScanScheduler(threads, capacity).Dispose()).Kind);

    [Fact]
    public void Threads_that_started_are_stopped_where_a_later_one_cannot_start()
    {
        var started = new List<Thread>();
        Assert.Throws<OutOfMemoryException>(() => new ScanScheduler(4, 1, StartTwo).Dispose());
        Assert.Equal(2, started.Count);
        Assert.All(started, thread => Assert.False(thread.IsAlive));

        void StartTwo(Thread thread)
        {
            if (started.Count == 2)
                throw new OutOfMemoryException();
            thread.Start();
            started.Add(thread);
        }
    }

    [Fact]
    public async Task Searches_that_hold_much_wait_for_each_other_in_order_and_small_ones_do_not_wait()
    {
        var snapshot = Fill(20_000, 1, out var vectors);
        using var scheduler = new ScanScheduler(2, 1_024, static thread => thread.Start(), mostBytes: 500_000);
        using var gate = new Gate(snapshot);

        // Rows of its own: who shares a pass does not look at his own clock for each chunk.
        var apart = Fill(20_000, 1, out _);
        using var next = new Gate(apart);
        var first = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 10_000, time: gate));
        await gate.Entered.WaitAsync(Patience);
        var second = scheduler.SubmitAsync(new SnapshotSearch(apart, vectors[1], 10_000, time: next));
        var third = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[2], 1_000));
        var fourth = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[3], 10_000));
        for (int i = 0; i < 100; i++)
            Assert.Equal((ulong)i, (await scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[i], 1)).WaitAsync(Patience)).Hits[0].Id.Number);

        // The first holds 400,000 bytes until its answer is made. The third would fit beside it, but it came after the second.
        Assert.Equal((3, 4), (scheduler.Waiting, scheduler.UnderWay));
        gate.Open();
        await next.Entered.WaitAsync(Patience);
        Assert.Equal(1_000, (await third.WaitAsync(Patience)).Hits.Count);
        Assert.Equal((false, 1), (fourth.IsCompleted, scheduler.Waiting));
        next.Open();
        foreach (var answer in new[] { first, second, fourth })
            Assert.Equal(10_000, (await answer.WaitAsync(Patience)).Hits.Count);
        Assert.Equal((0, 0), (scheduler.Waiting, scheduler.UnderWay));
    }

    [Fact]
    public async Task A_search_that_holds_more_than_all_may_begins_alone()
    {
        var snapshot = Fill(20_000, 1, out var vectors);
        using var scheduler = new ScanScheduler(2, 1_024, static thread => thread.Start(), mostBytes: 1);
        var answers = Enumerable.Range(0, 50).Select(i => scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[i], 100, i % 2 == 0 ? null : Filter.And()))).ToArray();
        for (int i = 0; i < answers.Length; i++)
            IndexOracle.AssertSame(new SnapshotSearch(snapshot, vectors[i], 100).Run().Hits, (await answers[i].WaitAsync(Patience)).Hits);
        Assert.Equal((0, 0), (scheduler.Waiting, scheduler.UnderWay));
    }

    [Fact]
    public async Task A_search_that_fails_makes_room_for_those_that_wait()
    {
        var snapshot = Fill(20_000, 1, out var vectors);
        using var scheduler = new ScanScheduler(2, 1_024, static thread => thread.Start(), mostBytes: 1);
        for (int i = 0; i < 20; i++)
        {
            var bad = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 100, Filter.Or(new UnknownFilter())));
            var good = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[i], 100));
            await Assert.ThrowsAsync<InvalidOperationException>(() => bad.WaitAsync(Patience));
            Assert.Equal((ulong)i, (await good.WaitAsync(Patience)).Hits[0].Id.Number);
        }
    }

    [Fact]
    public async Task Stopping_fails_searches_that_wait_to_begin()
    {
        var snapshot = Fill(20_000, 1, out var vectors);
        var scheduler = new ScanScheduler(1, 1_024, static thread => thread.Start(), mostBytes: 1);
        using var gate = new Gate(snapshot);
        var running = scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[0], 100, time: gate));
        await gate.Entered.WaitAsync(Patience);
        var waiting = Enumerable.Range(0, 3).Select(i => scheduler.SubmitAsync(new SnapshotSearch(snapshot, vectors[i], 100))).ToArray();
        Assert.Equal(3, scheduler.Waiting);
        var stop = Task.Factory.StartNew(scheduler.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!scheduler.IsStopping)
            await Task.Yield();
        gate.Open();
        await stop.WaitAsync(Patience);
        Assert.Equal(100, (await running.WaitAsync(Patience)).Hits.Count);
        foreach (var answer in waiting)
            Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => answer.WaitAsync(Patience))).Kind);
        Assert.Equal((0, 0), (scheduler.Waiting, scheduler.UnderWay));
    }

    private static RowSnapshot Fill(int count, int dimension, out float[][] vectors)
    {
        var rows = new RandomRows(count);
        var store = new RowStore(dimension, Metric.Euclidean);
        vectors = [.. Enumerable.Range(0, count).Select(_ => rows.Normal(dimension))];
        using var writer = store.BeginWrite();
        for (int i = 0; i < count; i++)
            writer.Put((ulong)i, (ulong)i + 1, vectors[i]);
        writer.Publish();
        return store.Snapshot;
    }

    private sealed class UnknownFilter : Filter;

    /// <summary>
    /// A clock that holds a search without a filter back at its end: it reads the time when it is made and twice for each chunk of a quarter of
    /// a segment, and the reading after that, once all chunks have run, waits until the gate opens.
    /// </summary>
    private sealed class Gate(RowSnapshot snapshot) : TimeProvider, IDisposable
    {
        private readonly int _before = 1 + (2 * Chunks(snapshot));
        private readonly ManualResetEventSlim _open = new();
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _readings;

        public Task Entered => _entered.Task;

        public void Open() => _open.Set();

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref _readings) > _before)
            {
                _entered.TrySetResult();
                Assert.True(_open.Wait(Patience));
            }

            return 0;
        }

        public void Dispose() => _open.Dispose();

        private static int Chunks(RowSnapshot snapshot)
        {
            int rows = snapshot.Layout.FullRows / 4;
            int chunks = 0;
            foreach (var view in snapshot.Views)
                chunks += (view!.Count + rows - 1) / rows;
            return chunks;
        }
    }
}
