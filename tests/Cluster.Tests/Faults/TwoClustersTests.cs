using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Engine;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Cluster.Tests.Faults;

/// <summary>Two clusters of real processes on one store, under one service id: each shard has an activation in both, and at most one of them may acknowledge.</summary>
public sealed class TwoClustersTests
{
    private const int Shards = 2;
    private const int Dimension = 4;
    private const int WritesEach = 120;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PostgreSql")]
    [InlineData("Redis")]
    public async Task At_most_one_activation_acknowledges_and_a_fenced_one_never_again(string storage)
    {
        await using var two = await StartAsync(storage);
        var told = await Task.WhenAll(two.Sides.Select((side, number) => Task.Run(() => WriteAsync(side, number), Token)));
        var all = told.SelectMany(some => some).ToArray();

        // Whoever was answered under an epoch has fenced those before it: what was begun afterwards can only have been acknowledged under that one or a later.
        foreach (var shard in all.GroupBy(answer => answer.Position.Shard))
        {
            foreach (var answer in shard)
            {
                var older = shard.Where(other => other.Begun > answer.Ended && other.Position.Epoch < answer.Position.Epoch).ToArray();
                Assert.True(older.Length == 0, $"acknowledged under an older epoch after {answer}: {string.Join(", ", older)}");
            }

            // No place in a log was acknowledged twice.
            Assert.Equal(shard.Count(), shard.Select(answer => answer.Position).Distinct().Count());
        }

        // Both sides were heard, and every row that either was told of is there, whoever is asked.
        Assert.All(told, some => Assert.NotEmpty(some));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"acknowledged {string.Join(" and ", told.Select(some => some.Count))}, epochs up to {all.Max(answer => answer.Position.Epoch)}");
        foreach (var side in two.Sides)
        {
            var found = await SearchAsync(side, told.SelectMany(some => some).Select(answer => answer.Position), Freshness.Linearizable);
            Assert.Empty(all.Select(answer => answer.Id).Except(found));
        }

        two.Passed = true;
    }

    [Theory]
    [InlineData("PostgreSql")]
    [InlineData("Redis")]
    public async Task A_superseded_activation_never_answers_with_less_than_its_caller_was_told(string storage)
    {
        await using var two = await StartAsync(storage);
        var known = new List<ulong>();
        for (ulong turn = 0; turn < 6; turn++)
        {
            // One side writes, which supersedes the other; the other is asked by someone who was told of the write.
            var writer = two.Sides[(int)(turn % 2)];
            var reader = two.Sides[1 - (int)(turn % 2)];
            ulong[] ids = [.. Enumerable.Range(0, 8).Select(i => (turn * 8) + (ulong)i)];
            var positions = await UntilWrittenAsync(writer, ids);
            known.AddRange(ids);
            Assert.Empty(known.Except(await SearchAsync(reader, positions, Freshness.Session)));
            Assert.Empty(known.Except(await SearchAsync(reader, [], Freshness.Linearizable)));
        }

        two.Passed = true;
    }

    private sealed record Answer(ulong Id, long Begun, long Ended, ShardPosition Position);

    private static async Task<List<Answer>> WriteAsync(ClusterConnection side, int number)
    {
        var answers = new List<Answer>();
        for (int i = 0; i < WritesEach; i++)
        {
            ulong id = ((ulong)number << 32) | (uint)i;
            long begun = TimeProvider.System.GetTimestamp();
            if (await TryWriteAsync(side, [id]) is { } positions)
                answers.Add(new(id, begun, TimeProvider.System.GetTimestamp(), positions.Single()));
        }

        return answers;
    }

    private static Task<ShardPosition[]> UntilWrittenAsync(ClusterConnection side, ulong[] ids) =>
        Waiting.UntilAsync(async () => await TryWriteAsync(side, ids) ?? [], positions => positions.Length > 0);

    /// <summary>Where the write is; null after an error that the fight for a shard may bring.</summary>
    private static async Task<ShardPosition[]?> TryWriteAsync(ClusterConnection side, ulong[] ids)
    {
        try
        {
            var reply = await Coordinator(side).WriteRows(
                new()
                {
                    Index = "two",
                    Mode = WriteMode.Upsert,
                    Rows = new() { Ids = ids.Select(id => (RowId)id).ToArray(), Vectors = ids.SelectMany(Vector).ToArray() },
                    Deadline = Deadline,
                },
                Token);
            Assert.Null(reply.Error);
            return reply.Positions;
        }
        catch (FlatIndexException error) when (error.Kind is FlatErrorKind.Unavailable or FlatErrorKind.Timeout or FlatErrorKind.Loading or FlatErrorKind.Overloaded)
        {
            return null;
        }
    }

    private static async Task<ulong[]> SearchAsync(ClusterConnection side, IEnumerable<ShardPosition> seen, Freshness freshness)
    {
        ShardPosition[] newest = [.. seen.GroupBy(position => position.Shard).Select(shard => shard.MaxBy(position => (position.Epoch, position.Position)))];
        var reply = await Waiting.UntilAsync(() => TrySearchAsync(side, newest, freshness), reply => reply is not null);
        return [.. reply!.Answers[0].Ids.Values.Select(id => id.Number)];
    }

    private static async Task<SearchReply?> TrySearchAsync(ClusterConnection side, ShardPosition[] seen, Freshness freshness)
    {
        try
        {
            return await Coordinator(side).SearchIndex(
                new() { Index = "two", Queries = Vector(0), QueryCount = 1, K = 10_000, Seen = seen, Freshness = freshness, Deadline = Deadline }, Token);
        }
        catch (FlatIndexException error) when (error.Kind is FlatErrorKind.Unavailable or FlatErrorKind.Timeout or FlatErrorKind.Loading or FlatErrorKind.Overloaded)
        {
            return null;
        }
    }

    private static ICoordinatorGrain Coordinator(ClusterConnection side) => side.Grains.GetGrain<ICoordinatorGrain>(0);

    private static float[] Vector(ulong id) => [(uint)id, 0, 0, 0];

    private static async Task<Pair> StartAsync(string storage)
    {
        PrivateServers.SkipWithout(PrivateServers.Missing);
        var pair = new Pair();
        try
        {
            await pair.StartAsync(Enum.Parse<ChaosStorage>(storage));
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>Two clusters of one silo each.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly ClusterFolder _folder = new();
        private readonly List<SiloCluster> _clusters = [];
        private ChaosStores? _stores;

        public List<ClusterConnection> Sides { get; } = [];

        /// <summary>Whether the test came to its end; otherwise the silos' logs are shown.</summary>
        public bool Passed { get; set; }

        public async Task StartAsync(ChaosStorage storage)
        {
            _stores = await ChaosStores.StartAsync(_folder.Guard, storage, silos: 2, _folder.Path, Token);
            foreach (string name in new[] { "one", "other" })
            {
                var settings = new Dictionary<string, string>(_stores.Settings) { ["Silo:ClusterId"] = name };
                _clusters.Add(new(_folder.Guard, SiloProgram.Built, 1, _folder.Path, settings));
                await _clusters[^1].StartAsync(Token);
                Sides.Add(await _clusters[^1].ConnectAsync(client => client.Deadline = TimeSpan.FromMinutes(2), Token));
            }

            await Sides[0].Client.CreateAsync("two", new(Dimension, Metric.Euclidean, Shards), cancellationToken: Token);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var side in Sides)
                await side.DisposeAsync();
            foreach (var cluster in _clusters)
            {
                if (!Passed)
                    TestContext.Current.TestOutputHelper!.WriteLine(cluster.LogTails);
                await cluster.DisposeAsync();
            }

            if (_stores is not null)
                await _stores.DisposeAsync();
            _folder.Dispose();
        }
    }
}
