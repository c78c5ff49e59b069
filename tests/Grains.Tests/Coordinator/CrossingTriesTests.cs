using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;

namespace IqdbFlat.Grains.Tests.Coordinator;

/// <summary>Tries of one batch under one token that cross on their way: one that was given up reaches some shards before the retry, and others after it.</summary>
public sealed class CrossingTriesTests(ITestOutputHelper output)
{
    private const int Shards = 3;
    private const int Rows = 9;
    private const ulong Other = 100;

    [Theory]
    [InlineData(WriteMode.Insert)]
    [InlineData(WriteMode.Upsert)]
    public void Whichever_try_reaches_which_shard_first_the_batch_is_in_once_and_in_its_order(WriteMode mode)
    {
        int tries = 0;
        int lost = 0;
        for (int seed = 0; seed < 4_000; seed++)
        {
            var story = new Story(new Random(seed), mode);
            story.Run();
            Assert.True(story.Expected.SequenceEqual(story.Found), $"seed {seed}: {string.Join(", ", story.Found)} found");
            tries += story.Tries;
            lost += story.Lost;
        }

        output.WriteLine($"4000 batches in {tries} tries, {lost} answers lost.");
        Assert.True(tries > 8_000 && lost > 500);
    }

    [Theory]
    [InlineData(WriteMode.Insert)]
    [InlineData(WriteMode.Upsert)]
    public void A_try_that_was_given_up_and_its_retry_have_the_same_numbers(WriteMode mode)
    {
        var story = GivenUp(mode);
        story.Begin();
        story.Take(1, nameof(IIndexGrain.AllotBatch));
        story.Take(1, nameof(IShardGrain.CheckWrite), Shards);
        story.Take(0, nameof(IShardGrain.WriteRows));
        story.Take(1, nameof(IShardGrain.WriteRows), Shards);
        story.Complete();

        Assert.Equal(story.Expected, story.Found);
    }

    [Theory]
    [InlineData(WriteMode.Insert)]
    [InlineData(WriteMode.Upsert)]
    public void A_first_try_that_the_retry_has_overtaken_asks_what_was_done_under_an_older_epoch(WriteMode mode)
    {
        var story = new Story(new Random(1), mode);
        story.Begin();
        story.Begin();
        story.Take(1, nameof(IIndexGrain.AllotBatch));
        story.Take(1, nameof(IShardGrain.CheckWrite), Shards);
        story.Take(1, nameof(IShardGrain.WriteRows));
        story.Index.Reactivate();
        story.Complete();

        Assert.Equal(story.Expected, story.Found);
    }

    [Fact]
    public void A_retry_gets_new_numbers_where_a_shard_has_forgotten_removals_above_its_own()
    {
        var story = GivenUp(WriteMode.Insert);
        story.Index.Calls.Clear();
        story.Index.Forget(shard: 1);
        story.Complete();

        Assert.Equal(story.Expected, story.Found);
    }

    [Fact]
    public void A_clearing_between_two_tries_comes_after_the_batch_on_every_shard()
    {
        var story = GivenUp(WriteMode.Insert);
        story.Index.Clear();
        story.Complete();

        Assert.Empty(story.Found);
    }

    /// <summary>A batch whose first try is given up while its rows are on their way to the shards.</summary>
    private static Story GivenUp(WriteMode mode)
    {
        var story = new Story(new Random(1), mode);
        story.Begin();
        story.Take(0, nameof(IIndexGrain.AllotBatch));
        story.Take(0, nameof(IShardGrain.CheckWrite), Shards);
        story.GiveUp();
        story.Take(0, nameof(IIndexGrain.FinishBatch));
        return story;
    }

    /// <summary>One batch and its tries.</summary>
    private sealed class Story
    {
        private readonly Random _random;
        private readonly WriteRequest _request;
        private readonly WriteFanOut[] _coordinators;
        private int _fast;
        private readonly List<(Task<WriteReply> Reply, CancellationTokenSource Stop)> _tries = [];

        public Story(Random random, WriteMode mode)
        {
            _random = random;

            // What follows an answer runs on the thread that gives it, so that a seed is a story.
            SynchronizationContext.SetSynchronizationContext(null);
            Index = new(Shards);
            _coordinators = [new(Index.Grains, new(TimeProvider.System)), new(Index.Grains, new(TimeProvider.System))];
            Expected = [.. Enumerable.Range(0, Rows).Select(row => (RowId)(ulong)(row + 1))];
            _request = new()
            {
                Index = "stepped",
                Mode = mode,
                Rows = new() { Ids = Expected, Vectors = new float[Rows] },
                Deadline = TimeSpan.FromMinutes(1),
                Token = WriteToken.New(),
            };
        }

        public SteppedIndex Index { get; }

        public RowId[] Expected { get; }

        public IEnumerable<RowId> Found => Index.Ids.Where(id => id.Number < Other);

        public int Tries => _tries.Count;

        public int Lost { get; private set; }

        /// <summary>Tries come and go while calls arrive in any order; in the end one is waited for.</summary>
        public void Run()
        {
            // Behind a cut network an activation may be reached that has been superseded.
            Index.Reached = activations => _random.Next(4) == 0 ? _random.Next(activations) : activations - 1;

            // Coordinators that have written before know the epoch.
            for (int coordinator = 0; coordinator < 2 && _random.Next(2) == 0; coordinator++)
            {
                RowId[] others = [.. Expected.Select(id => (RowId)(id.Number + Other))];
                var warm = _request with { Mode = WriteMode.Upsert, Rows = _request.Rows with { Ids = others }, Token = WriteToken.New() };
                var reply = _coordinators[coordinator].RunAsync(Index.Description, warm, CancellationToken.None);
                while (Index.Calls.Count > 0)
                    Step(mayLose: false);
                Settle(reply);
            }

            Begin();
            for (int step = _random.Next(60); step > 0; step--)
            {
                int chance = _random.Next(20);
                if (chance == 0 && _tries.Count < 4)
                    Begin();
                else if (chance == 1)
                    GiveUp();
                else if (chance == 2)
                    Index.Reactivate();
                else
                    Step(mayLose: chance < 6);
            }

            Complete();
        }

        /// <summary>Begins a try; every one but the first says that the token may be known.</summary>
        public void Begin()
        {
            var stop = new CancellationTokenSource();
            var request = _request with { TokenMayBeKnown = _tries.Count > 0 };
            Index.Caller = _tries.Count;
            _tries.Add((_coordinators[_random.Next(2)].RunAsync(Index.Description, request, stop.Token), stop));
        }

        /// <summary>Gives up the newest try. What it has sent is still on its way.</summary>
        public void GiveUp()
        {
            _tries[^1].Stop.Cancel();
            Settle(_tries[^1].Reply);
        }

        /// <summary>Lets the next calls of a try arrive.</summary>
        public void Take(int caller, string name, int calls = 1)
        {
            for (; calls > 0; calls--)
                Arrive(Index.Calls.First(call => call.Caller == caller && call.Name == name), mayLose: false);
        }

        /// <summary>Tries until one is answered, and lets arrive whatever is still on its way.</summary>
        public void Complete()
        {
            do
            {
                Assert.True(_tries.Count < 100, "no try is answered");
                Begin();
                while (Index.Calls.Count > 0)
                    Step(mayLose: false);
                Settle(_tries[^1].Reply);
            }
            while (!_tries[^1].Reply.IsCompletedSuccessfully);
            while (Index.Calls.Count > 0)
                Step(mayLose: false);
            var reply = _tries[^1].Reply.Result;
            Assert.Equal((Rows, (WireError?)null), (reply.Applied, reply.Error));
        }

        // For a while the calls of one try come first, as where the others' silos are slow.
        private void Step(bool mayLose)
        {
            if (_random.Next(12) == 0)
                _fast = _random.Next(_tries.Count + 1);
            var calls = _random.Next(8) == 0 ? [] : Index.Calls.Where(call => call.Caller == _fast).ToArray();
            if (calls.Length == 0)
                calls = [.. Index.Calls];
            if (calls.Length > 0)
                Arrive(calls[_random.Next(calls.Length)], mayLose);
        }

        private void Arrive(SteppedIndex.Call call, bool mayLose)
        {
            Index.Calls.Remove(call);
            Index.Caller = call.Caller;
            bool isLost = mayLose && call.Name == nameof(IShardGrain.WriteRows);
            Lost += isLost ? 1 : 0;

            // A check that is refused ends its try, and stops the other checks of it beside this thread.
            if (!call.Arrive(isLost) && call.Name == nameof(IShardGrain.CheckWrite))
                Settle(_tries[call.Caller].Reply);
        }

        private static void Settle(Task reply) => Task.WhenAny(reply).Wait(TestContext.Current.CancellationToken);
    }
}
