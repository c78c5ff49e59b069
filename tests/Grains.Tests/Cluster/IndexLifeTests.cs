using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tests.Cluster;

public sealed class IndexLifeTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly IndexSettings Settings = new(3, Metric.Euclidean, 3);

    private IFlatIndexClient Client => silos.Cluster.Client;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_index_that_was_created_is_described_and_listed()
    {
        await Client.CreateAsync("described", Settings, cancellationToken: Cancel);

        var description = await Client.DescribeAsync("described", Cancel);

        Assert.Equal(Settings, description.Settings);
        Assert.Contains(await Client.ListAsync(Cancel), index => index.Name == "described");
    }

    [Fact]
    public async Task Creating_again_is_refused_unless_the_settings_are_the_same_and_it_was_asked_for()
    {
        await Client.CreateAsync("again", Settings, cancellationToken: Cancel);

        await Client.CreateAsync("again", Settings, ifNotExists: true, Cancel);
        await FailsAsync(FlatErrorKind.IndexExists, () => Client.CreateAsync("again", Settings, cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.IndexExists, () => Client.CreateAsync("again", Settings with { Shards = 4 }, ifNotExists: true, Cancel));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(65_537, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 4_097)]
    public async Task Settings_out_of_range_are_refused(int dimension, int shards) =>
        await FailsAsync(FlatErrorKind.InvalidConfig, () => Client.CreateAsync("refused", new(dimension, Metric.Cosine, shards), cancellationToken: Cancel));

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a/b")]
    public async Task A_name_out_of_the_alphabet_is_refused(string name) =>
        await FailsAsync(FlatErrorKind.InvalidConfig, () => Client.CreateAsync(name, Settings, cancellationToken: Cancel));

    [Fact]
    public async Task A_dropped_index_is_not_found_by_any_call_and_its_name_is_free_for_an_empty_one()
    {
        var first = await Client.CreateAsync("dropped", Settings, cancellationToken: Cancel);
        await first.InsertAsync(new(1, new float[] { 1, 2, 3 }), cancellationToken: Cancel);

        await Client.DropAsync("dropped", Cancel);

        await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.DescribeAsync("dropped", Cancel));
        await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.DropAsync("dropped", Cancel));
        await FailsAsync(FlatErrorKind.IndexNotFound, () => first.SearchAsync(new float[] { 1, 2, 3 }, 1, cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.IndexNotFound, () => first.InsertAsync(new(2, new float[] { 1, 2, 3 }), cancellationToken: Cancel));
        Assert.DoesNotContain(await Client.ListAsync(Cancel), index => index.Name == "dropped");
        var second = await Client.CreateAsync("dropped", Settings, cancellationToken: Cancel);
        Assert.Equal(0, await second.CountAsync(Cancel));
        await FailsAsync(FlatErrorKind.IndexNotFound, () => first.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_renamed_index_keeps_its_rows_and_leaves_the_old_name()
    {
        var old = await Client.CreateAsync("old-name", Settings, cancellationToken: Cancel);
        await old.InsertAsync(new(1, new float[] { 1, 2, 3 }), cancellationToken: Cancel);
        await old.SearchAsync(new float[] { 1, 2, 3 }, 1, cancellationToken: Cancel);

        await Client.RenameAsync("old-name", "new-name", Cancel);

        await FailsAsync(FlatErrorKind.IndexNotFound, () => old.SearchAsync(new float[] { 1, 2, 3 }, 1, cancellationToken: Cancel));
        var renamed = await Client.OpenAsync("new-name", Cancel);
        await renamed.InsertAsync(new(2, new float[] { 1, 2, 3 }), cancellationToken: Cancel);
        var hits = (await renamed.SearchAsync(new float[] { 1, 2, 3 }, 5, cancellationToken: Cancel)).Hits;
        Assert.Equal([1UL, 2UL], hits.Select(hit => hit.Id.Number));
        await Client.CreateAsync("old-name", Settings, cancellationToken: Cancel);
        await FailsAsync(FlatErrorKind.IndexExists, () => Client.RenameAsync("old-name", "new-name", Cancel));
        Assert.Equal(0, await (await Client.OpenAsync("old-name", Cancel)).CountAsync(Cancel));
    }

    internal static async Task FailsAsync(FlatErrorKind kind, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(call);
        Assert.Equal(kind, error.Kind);
    }
}
