using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Scan;

/// <summary>Searches that wait for the same rows share a pass over them, and none of it shows in an answer.</summary>
public class SharedPassTests
{
    private const int Dimension = 1_024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Searches_that_wait_for_the_same_rows_ride_one_pass()
    {
        var snapshot = Fill(2_100, out var data);
        using var scheduler = new ScanScheduler(1);
        using var held = new HeldThread(scheduler);
        await held.Entered.WaitAsync(Patience);
        long before = scheduler.Turns;
        var searches = Enumerable.Range(0, 30).Select(i => new SnapshotSearch(snapshot, data.Next(), 1 + i)).ToArray();
        var answers = searches.Select(search => scheduler.SubmitAsync(search)).ToArray();
        held.LetGo();
        for (int i = 0; i < answers.Length; i++)
            IndexOracle.AssertSame(searches[i].Run().Hits, (await answers[i].WaitAsync(Patience)).Hits);
        Assert.Equal(searches[0].ChunkCount, scheduler.Turns - before);
        Assert.Equal(0, scheduler.UnderWay);
    }

    [Fact]
    public async Task Searches_of_other_rows_with_another_filter_or_plan_ride_by_themselves()
    {
        var snapshot = Fill(600, out var data);
        var other = Fill(600, out _);
        using var scheduler = new ScanScheduler(1);
        using var held = new HeldThread(scheduler);
        await held.Entered.WaitAsync(Patience);
        long before = scheduler.Turns;
        var shared = Filter.And();
        SnapshotSearch[] searches =
        [
            new(snapshot, data.Next(), 3), new(other, data.Next(), 3), new(snapshot, data.Next(), 3, Filter.And()),
            new(snapshot, data.Next(), 3, plan: SearchPlan.Pruned),
            new(snapshot, data.Next(), 3, shared), new(snapshot, data.Next(), 3, shared),
        ];
        var answers = searches.Select(search => scheduler.SubmitAsync(search)).ToArray();
        held.LetGo();
        for (int i = 0; i < answers.Length; i++)
            IndexOracle.AssertSame(searches[i].Run().Hits, (await answers[i].WaitAsync(Patience)).Hits);

        // One pass for each of the first four, and one for the last two.
        Assert.Equal(searches[..5].Sum(search => search.ChunkCount), scheduler.Turns - before);
    }

    [Fact]
    public async Task More_searches_than_a_pass_takes_ride_in_several()
    {
        var snapshot = Fill(600, out var data);
        using var scheduler = new ScanScheduler(2);
        var searches = Enumerable.Range(0, 150).Select(_ => new SnapshotSearch(snapshot, data.Next(), 4)).ToArray();
        var answers = scheduler.SubmitAsync(searches);
        for (int i = 0; i < answers.Length; i++)
            IndexOracle.AssertSame(searches[i].Run().Hits, (await answers[i].WaitAsync(Patience)).Hits);
        Assert.True(scheduler.Turns >= 3 * searches[0].ChunkCount, $"{scheduler.Turns} turns");
    }

    [Fact]
    public async Task A_rider_that_is_given_up_does_not_disturb_the_others()
    {
        var snapshot = Fill(2_100, out var data);
        using var scheduler = new ScanScheduler(1);
        using var held = new HeldThread(scheduler);
        await held.Entered.WaitAsync(Patience);
        using var cancellation = new CancellationTokenSource();
        var searches = Enumerable.Range(0, 9).Select(_ => new SnapshotSearch(snapshot, data.Next(), 5)).ToArray();
        var answers = searches.Select((search, i) => scheduler.SubmitAsync(search, i % 3 == 0 ? cancellation.Token : default)).ToArray();
        await cancellation.CancelAsync();
        held.LetGo();
        for (int i = 0; i < answers.Length; i++)
        {
            if (i % 3 == 0)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answers[i].WaitAsync(Patience));
            else
                IndexOracle.AssertSame(searches[i].Run().Hits, (await answers[i].WaitAsync(Patience)).Hits);
        }

        Assert.Equal(0, scheduler.UnderWay);
    }

    [Fact]
    public async Task Searches_that_come_and_go_at_any_time_each_get_their_own_answer()
    {
        var snapshot = Fill(1_100, out var data);
        using var scheduler = new ScanScheduler(3);
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var pending = new Queue<(SnapshotSearch Search, Task<SearchResult> Answer)>();
        for (int i = 0; i < 400; i++)
        {
            var search = new SnapshotSearch(snapshot, data.Next(), 1 + random.Next(40));
            pending.Enqueue((search, scheduler.SubmitAsync(search)));
            while (pending.Count > 0 && random.Next(12) == 0)
                await Check();
        }

        while (pending.Count > 0)
            await Check();
        Assert.Equal(0, scheduler.UnderWay);

        async Task Check()
        {
            var (search, answer) = pending.Dequeue();
            var expected = search.Run();
            var found = await answer.WaitAsync(Patience);
            Assert.True(Looked(expected) == Looked(found), $"seed {seed}: {found.Explain}");
            IndexOracle.AssertSame(expected.Hits, found.Hits);
        }

        static long Looked(SearchResult result) => result.Explain.Scanned + result.Explain.Pruned;
    }

    [Fact]
    public void Whoever_boards_whenever_gets_each_chunk_once()
    {
        var snapshot = Fill(600, out var data);
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var first = new SnapshotSearch(snapshot, data.Next(), 1);
        var pass = new ScanPass(first.KeyOf(default), first.ChunkCount, seats: 5);
        var had = new Dictionary<ScanJob, List<int>>();
        for (int turn = 0; turn < 500; turn++)
        {
            while (!pass.IsFull && random.Next(3) == 0)
            {
                var job = new ScanJob(new SnapshotSearch(snapshot, data.Next(), 1), 1, default);
                pass.Board(job);
                had.Add(job, []);
            }

            if (pass.IsEmpty)
                continue;
            var riders = pass.TakeChunk(out int chunk);
            Assert.InRange(riders.Jobs.Length, 1, 5);
            foreach (var job in riders.Jobs)
                had[job].Add(chunk);
        }

        while (!pass.IsEmpty)
        {
            foreach (var job in pass.TakeChunk(out int chunk).Jobs)
                had[job].Add(chunk);
        }

        Assert.True(had.Count > 10, $"seed {seed}");
        Assert.All(had.Values, chunks => Assert.Equal(Enumerable.Range(0, first.ChunkCount), chunks.Order()));
    }

    private static RowSnapshot Fill(int count, out HardData data)
    {
        data = new HardData(HardKind.Ties, Dimension, count);
        var store = new RowStore(Dimension, Metric.Euclidean);
        using var writer = store.BeginWrite();
        for (int i = 0; i < count; i++)
            writer.Put((ulong)i, (ulong)i + 1, data.Next());
        writer.Publish();
        return store.Snapshot;
    }

    /// <summary>A search that holds a scheduler's only thread at its end, by the clock that it reads there, until it is let go.</summary>
    private sealed class HeldThread : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task<SearchResult> _search;
        private int _readings;

        public HeldThread(ScanScheduler scheduler)
        {
            var store = new RowStore(1, Metric.Euclidean);
            using (var writer = store.BeginWrite())
            {
                writer.Put(1, 1, [0f]);
                writer.Publish();
            }

            _search = scheduler.SubmitAsync(new SnapshotSearch(store.Snapshot, [0f], 1, time: this));
        }

        public Task Entered => _entered.Task;

        public void LetGo() => _open.Set();

        public override long GetTimestamp()
        {
            // Read when the search is made, twice for its one row, and then at its end.
            if (Interlocked.Increment(ref _readings) > 3)
            {
                _entered.TrySetResult();
                Assert.True(_open.Wait(Patience));
            }

            return 0;
        }

        public void Dispose()
        {
            _open.Set();
            _search.GetAwaiter().GetResult();
            _open.Dispose();
        }
    }
}
