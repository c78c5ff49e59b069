using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;
using Orleans.Runtime;

namespace IqdbFlat.Client.Tests;

public sealed class FlatIndexClientTests
{
    private readonly FakeCluster _cluster = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handle_knows_its_index()
    {
        var index = await _cluster.Client().OpenAsync("docs", Token);
        Assert.Equal(("docs", 2, Metric.Euclidean), (index.Name, index.Dimension, index.Metric));
        Assert.Same(_cluster.Description, index.Description);
    }

    [Fact]
    public async Task Names_that_no_index_may_have_are_refused_before_anything_is_sent()
    {
        var client = _cluster.Client();
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => client.CreateAsync("Docs", new(2, Metric.Cosine, 1), false, Token),
            () => client.OpenAsync("", Token),
            () => client.DescribeAsync("a/b", Token),
            () => client.RenameAsync("docs", new string('a', 64), Token),
            () => client.DropAsync("ü", Token),
        })
        {
            Assert.Equal(FlatErrorKind.InvalidConfig, (await Assert.ThrowsAsync<FlatIndexException>(call)).Kind);
        }

        Assert.Empty(_cluster.Names.Calls);
    }

    [Fact]
    public async Task Settings_that_no_index_may_have_are_refused_before_anything_is_sent()
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => _cluster.Client().CreateAsync("docs", new(0, Metric.Cosine, 1), false, Token));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.Empty(_cluster.Names.Calls);
    }

    [Fact]
    public async Task A_list_leaves_out_names_whose_index_is_not_there()
    {
        _cluster.Names.Listed.Insert(0, "created-halfway");
        var indexes = await _cluster.Client().ListAsync(Token);
        Assert.Equal(["docs"], indexes.Select(index => index.Name));
    }

    [Fact]
    public async Task A_list_names_a_damaged_index_and_goes_on_with_the_others()
    {
        _cluster.Names.Listed.Insert(0, "damaged");
        _cluster.Names.BeforeOf = name => name == "damaged" ? throw FlatIndexException.CorruptData("index", "does not match its checksum") : Task.CompletedTask;
        var indexes = await _cluster.Client().ListAsync(Token);
        Assert.Equal(["docs"], indexes.Select(index => index.Name));
        var damage = Assert.Single(indexes.Damaged);
        Assert.Equal((FlatErrorKind.CorruptData, "damaged", "index"), (damage.Kind, damage.Index, damage.Record));
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_IndexNotFound_and_named()
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => _cluster.Client().OpenAsync("other", Token));
        Assert.Equal((FlatErrorKind.IndexNotFound, "other"), (error.Kind, error.Error.Index));
    }

    [Fact]
    public async Task A_change_whose_silo_is_lost_may_have_been_applied_and_a_question_may_not()
    {
        _cluster.Names.Before = () => throw new SiloUnavailableException("gone");
        var drop = await Assert.ThrowsAsync<FlatIndexException>(() => _cluster.Client().DropAsync("docs", Token));
        Assert.Equal((FlatErrorKind.Timeout, true), (drop.Kind, drop.Error.MayHaveBeenApplied));
        var describe = await Assert.ThrowsAsync<FlatIndexException>(
            () => _cluster.Client(new() { Deadline = TimeSpan.FromSeconds(0.2) }, new ManualTime(passesWaits: true)).DescribeAsync("docs", Token));
        Assert.Equal((FlatErrorKind.Unavailable, false), (describe.Kind, describe.Error.MayHaveBeenApplied));
        Assert.Equal(["drop docs", "describe docs", "describe docs", "describe docs"], _cluster.Names.Calls);
    }

    [Fact]
    public async Task Calls_reach_the_grain_of_their_name()
    {
        var client = _cluster.Client();
        await client.CreateAsync("docs", new(2, Metric.Euclidean, 2), true, Token);
        Assert.Equal("papers", (await client.RenameAsync("docs", "papers", Token)).Name);
        await client.DropAsync("docs", Token);
        Assert.Equal(["create docs", "rename docs", "drop docs"], _cluster.Names.Calls);
    }
}
