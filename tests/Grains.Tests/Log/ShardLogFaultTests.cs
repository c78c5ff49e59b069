using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

public sealed class ShardLogFaultTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Fault.Before, 0, false)]
    [InlineData(Fault.Before, 0, true)]
    [InlineData(Fault.After, 0, false)]
    [InlineData(Fault.After, 0, true)]
    [InlineData(Fault.Twice, 0, false)]
    [InlineData(Fault.Twice, 0, true)]
    [InlineData(Fault.Late, 1, false)]
    [InlineData(Fault.Late, 1, true)]
    [InlineData(Fault.Late, 2, false)]
    [InlineData(Fault.Late, 2, true)]
    [InlineData(Fault.Late, 3, false)]
    [InlineData(Fault.Late, 3, true)]
    [InlineData(Fault.Late, 7, false)]
    [InlineData(Fault.Late, 7, true)]
    [InlineData(Fault.Late, 1_000, false)]
    [InlineData(Fault.Late, 1_000, true)]
    internal async Task One_fault_at_any_operation_loses_nothing_and_stops_nothing(Fault fault, int lateBy, bool keeps)
    {
        var options = keeps ? Keeping : Quick;
        int operations = await CountAsync(options);
        foreach (var (n, together) in PlacesOf(operations))
        {
            var store = new MemoryRecordStore(new MemoryRecords(), i => i == n ? fault : Fault.None) { LateBy = lateBy };
            var story = new ShardStory(store, options, together);
            await story.RunAsync();
            store.Land();
            await AssertRecoversAsync(store.Records, [story.Acknowledged.Describe()], $"{fault} at {n}, together {together}", options);
        }

        output.WriteLine($"{fault} (late by {lateBy}, {(keeps ? "records stay" : "records go")}) at each of {operations} operations, commits one by one and together.");
    }

    [Theory]
    [InlineData(Fault.Dead, false)]
    [InlineData(Fault.Dead, true)]
    [InlineData(Fault.DeadAfter, false)]
    [InlineData(Fault.DeadAfter, true)]
    internal async Task A_crash_at_any_operation_loses_nothing_that_was_acknowledged(Fault fault, bool keeps)
    {
        var options = keeps ? Keeping : Quick;
        int operations = await CountAsync(options);
        foreach (var (n, together) in PlacesOf(operations))
        {
            using var death = new CancellationTokenSource();
            var store = new MemoryRecordStore(new MemoryRecords(), i => i == n ? fault : Fault.None);
            store.Died = death.Cancel;
            var story = new ShardStory(store, options, together);
            try
            {
                await story.RunAsync(death.Token);
            }
            catch (Exception dead) when (dead is OperationCanceledException or FlatIndexException { Kind: FlatErrorKind.Timeout })
            {
                // As a crash is: the caller was told nothing.
            }

            var may = new List<string> { story.Acknowledged.Describe() };
            var with = story.Acknowledged.Copy();
            foreach (var inFlight in story.InFlight)
            {
                with.Apply(inFlight);
                may.Add(with.Describe());
            }

            if (store.Records.Read("checkpoint") is not null)
                await AssertRecoversAsync(store.Records, may, $"{fault} at {n}, together {together}", options);
        }
    }

    [Fact]
    public async Task Many_faults_at_random_lose_nothing_and_stop_nothing()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            Fault[] kinds = [Fault.Before, Fault.After, Fault.Late, Fault.Twice];
            var store = new MemoryRecordStore(new MemoryRecords(), _ => random.NextDouble() < 0.3 ? kinds[random.Next(kinds.Length)] : Fault.None)
            {
                LateBy = random.Next(1, 20),
            };
            var options = random.Next(2) == 0 ? Quick : Keeping;
            var story = new ShardStory(store, options, together: random.Next(2) == 0);
            await story.RunAsync();
            store.Land();
            await AssertRecoversAsync(store.Records, [story.Acknowledged.Describe()], $"seed {seed}", options);
        }
    }

    [Fact]
    public async Task Activations_that_fight_for_a_shard_lose_nothing_that_any_of_them_acknowledged()
    {
        int acknowledgements = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var records = await MadeAsync();
            var acknowledged = new HashSet<ulong>();
            var attempted = new HashSet<ulong>();
            var random = new Random(seed);
            var actors = Enumerable.Range(0, 3).Select(i => FightAsync(records, (ulong)i, new Random(random.Next()), attempted, acknowledged)).ToArray();
            var stores = await Task.WhenAll(actors);
            foreach (var store in stores)
                store.Land();

            var (_, found) = await OpenAsync(new MemoryRecordStore(records));
            var ids = found.Rows(found.Sequences.ToHashSet()).Select(row => row.Id.Number).ToHashSet();
            Assert.True(acknowledged.IsSubsetOf(ids), $"seed {seed}: lost {string.Join(", ", acknowledged.Except(ids))}");
            Assert.True(ids.IsSubsetOf(attempted), $"seed {seed}: found what nobody wrote");
            acknowledgements += acknowledged.Count;
        }

        output.WriteLine($"{acknowledgements} acknowledged writes.");
        Assert.True(acknowledgements > 100);
    }

    private static async Task<MemoryRecordStore> FightAsync(
        MemoryRecords records, ulong actor, Random random, HashSet<ulong> attempted, HashSet<ulong> acknowledged)
    {
        Fault[] kinds = [Fault.Before, Fault.After, Fault.Late, Fault.Twice];
        var store = new MemoryRecordStore(records, _ => random.NextDouble() < 0.1 ? kinds[random.Next(kinds.Length)] : Fault.None)
        {
            LateBy = random.Next(1, 30),
        };
        ulong next = actor * 1_000_000;
        for (int life = 0; life < 4; life++)
        {
            try
            {
                var (log, rows) = await OpenAsync(store, random.Next(2) == 0 ? Quick : Keeping);
                for (int i = 0; i < 6; i++)
                {
                    ulong[] ids = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => next++)];
                    lock (attempted)
                        attempted.UnionWith(ids);
                    await Task.WhenAll(ids.Select(id => FightForAsync(log, rows, id, acknowledged)).ToArray());
                    if (i % 4 == 3)
                        await log.CheckpointAsync(rows.Copy());
                }
            }
            catch (FlatIndexException superseded) when (superseded.Kind == FlatErrorKind.Unavailable)
            {
                // Another one has the shard now: this one fights back.
            }
        }

        return store;
    }

    private static async Task FightForAsync(ShardLog log, ShardModel rows, ulong id, HashSet<ulong> acknowledged)
    {
        var batch = Batch(Put(id, id));
        await log.CommitAsync(batch);
        lock (rows)
            rows.Apply(batch);
        lock (acknowledged)
            acknowledged.Add(id);
    }

    private static IEnumerable<(int Operation, bool Together)> PlacesOf(int operations) =>
        Enumerable.Range(0, operations).SelectMany(operation => new[] { (operation, false), (operation, true) });

    private static async Task<int> CountAsync(ShardLogOptions options)
    {
        var store = new MemoryRecordStore();
        await new ShardStory(store, options, together: false).RunAsync();
        return store.Operations;
    }

    // Opens, compares, goes on with a commit and a checkpoint, and opens again.
    private static async Task AssertRecoversAsync(MemoryRecords records, List<string> allowed, string what, ShardLogOptions options)
    {
        var (log, found) = await OpenAsync(new MemoryRecordStore(records), options);
        Assert.True(allowed.Contains(found.Describe()), $"{what}: found\n{found.Describe()}instead of\n{allowed[0]}");
        await CommitAsync(log, found, Batch(Put(777, 777)));
        await log.CheckpointAsync(found);
        var (_, again) = await OpenAsync(new MemoryRecordStore(records));
        Assert.True(found.Describe() == again.Describe(), what);
    }
}
