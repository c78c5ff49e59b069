using CsCheck;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests;

public sealed class FreshnessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_read_passes_what_the_handles_writes_were_told()
    {
        var cluster = new FakeCluster();
        var index = cluster.Open();
        await index.InsertAsync(new(1, new float[2]), cancellationToken: Token);
        await index.SearchAsync(new float[2], 1, cancellationToken: Token);
        await index.ExistsAsync(1, Token);
        await foreach (var _ in index.ExportAsync(0, Token))
        {
        }

        ShardPosition[] told = [new(1, 1, 1)];
        Assert.Equal(told, cluster.Coordinator.Sent<SearchRequest>().Single().Seen);
        Assert.Equal(told, cluster.Coordinator.Sent<GetRequest>().Single().Seen);
        Assert.Equal(told, cluster.Coordinator.Sent<PageRequest>().Single().Seen);
    }

    [Fact]
    public async Task The_prefix_of_a_failed_batch_counts_as_seen()
    {
        var cluster = new FakeCluster();
        var index = cluster.Open();
        Row[] rows = [new(1, new float[2]), new(1, new float[2])];
        await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertBatchAsync(rows, cancellationToken: Token));
        await index.ExistsAsync(1, Token);
        Assert.Equal([new ShardPosition(1, 1, 1)], cluster.Coordinator.Sent<GetRequest>().Single().Seen);
    }

    [Fact]
    public async Task Another_handle_has_seen_nothing()
    {
        var cluster = new FakeCluster();
        await cluster.Open().InsertAsync(new(1, new float[2]), cancellationToken: Token);
        await cluster.Open().ExistsAsync(1, Token);
        Assert.Empty(cluster.Coordinator.Sent<GetRequest>().Single().Seen);
    }

    [Fact]
    public async Task Every_request_names_the_incarnation_of_the_handle()
    {
        var cluster = new FakeCluster();
        var index = cluster.Open();
        cluster.Description = cluster.Description with { Incarnation = "01B" };
        await AssertGone(() => index.InsertAsync(new(1, new float[2]), cancellationToken: Token));
        await AssertGone(() => index.SearchAsync(new float[2], 0, cancellationToken: Token));
        await AssertGone(() => index.GetAsync(1, Token));
        await AssertGone(() => index.ClearAsync(cancellationToken: Token));
        await AssertGone(() => index.CountAsync(Token));
        await AssertGone(() => index.FlushAsync(Token));
        await AssertGone(async () => await index.ExportAsync(0, Token).GetAsyncEnumerator(Token).MoveNextAsync());
    }

    [Fact]
    public void The_newest_position_of_each_shard_is_kept_whatever_the_order_of_answers() =>
        Gen.Select(Gen.Int[0, 3], Gen.ULong[0, 3], Gen.ULong[0, 5]).Select((s, e, p) => new ShardPosition(s, e, p)).Array[0, 5].Array[0, 8].Sample(answers =>
        {
            var seen = new SeenPositions();
            foreach (var told in answers)
                seen.Observe(told);
            var expected = answers.SelectMany(told => told).GroupBy(p => p.Shard).OrderBy(g => g.Key)
                .Select(g => g.MaxBy(p => (p.Epoch, p.Position)));
            return expected.SequenceEqual(seen.Current);
        });

    [Fact]
    public async Task No_position_is_lost_among_concurrent_writers()
    {
        var seen = new SeenPositions();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(
            () =>
            {
                for (ulong position = 1; position <= 2_000; position++)
                    seen.Observe([new(writer, 1, position), new(9, 1, position)]);
            },
            Token)));
        Assert.Equal([new(0, 1, 2_000), new(1, 1, 2_000), new(2, 1, 2_000), new(3, 1, 2_000), new(9, 1, 2_000)], seen.Current);
    }

    private static async Task AssertGone(Func<Task> call) =>
        Assert.Equal(FlatErrorKind.IndexNotFound, (await Assert.ThrowsAsync<FlatIndexException>(call)).Kind);
}
