using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Indexes;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>What an index grain finds after a crash between any two of its writes, and what it does about it.</summary>
public sealed class RenameTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly IndexSettings Settings = new(1, Metric.Euclidean, 2);

    private IFlatIndexClient Client => silos.Cluster.Client;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rename_that_a_crash_cut_short_is_finished_by_the_next_call()
    {
        var index = await Client.CreateAsync("short", Settings, cancellationToken: Cancel);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        await ChangeAsync("short", record => record with { State = IndexState.Renaming, RenamedTo = "short-new" });

        await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.DescribeAsync("short", Cancel));

        Assert.Equal(1, await (await Client.OpenAsync("short-new", Cancel)).CountAsync(Cancel));
        string[] names = [.. (await Client.ListAsync(Cancel)).Select(found => found.Name)];
        Assert.Contains("short-new", names);
        Assert.DoesNotContain("short", names);
    }

    [Fact]
    public async Task A_renamed_index_repeats_no_number_of_a_lease_that_was_used_up()
    {
        await Client.CreateAsync("used-up", Settings, cancellationToken: Cancel);
        string incarnation = (await ReadAsync("used-up")).Description.Incarnation;
        var all = await silos.Cluster.Grains.GetGrain<IIndexGrain>("used-up").AllotSequences(incarnation, (int)SequenceLease.Length, Cancel);

        await Client.RenameAsync("used-up", "used-up-new", Cancel);

        var next = await silos.Cluster.Grains.GetGrain<IIndexGrain>("used-up-new").AllotSequences(incarnation, 1, Cancel);
        Assert.True(next.First > all.First + SequenceLease.Length - 1, $"{next.First} after {all.First} and {SequenceLease.Length} numbers");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_half_done_rename_brings_nothing_back_when_the_index_has_moved_on(bool nameIsTakenAgain)
    {
        string name = $"onward-{nameIsTakenAgain}".ToLowerInvariant();
        var index = await Client.CreateAsync(name, Settings, cancellationToken: Cancel);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        var half = await ReadAsync(name);
        await Client.RenameAsync(name, $"{name}-b", Cancel);
        await Client.RenameAsync($"{name}-b", $"{name}-c", Cancel);
        if (nameIsTakenAgain)
            await Client.CreateAsync($"{name}-b", Settings, cancellationToken: Cancel);

        // The crash came between the adoption and the removal of the old record.
        await PutAsync(name, half with { State = IndexState.Renaming, RenamedTo = $"{name}-b" });
        await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.DescribeAsync(name, Cancel));

        Assert.Null(await Store(name).ReadAsync("index"));
        var moved = await Client.OpenAsync($"{name}-c", Cancel);
        await moved.InsertAsync(new(2, new float[1]), cancellationToken: Cancel);
        Assert.Equal(2, await moved.CountAsync(Cancel));
        if (nameIsTakenAgain)
            Assert.Equal(0, await (await Client.OpenAsync($"{name}-b", Cancel)).CountAsync(Cancel));
        else
            await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.DescribeAsync($"{name}-b", Cancel));
    }

    [Fact]
    public async Task A_half_done_rename_to_a_name_that_was_taken_meanwhile_leaves_the_index_where_it_is()
    {
        var index = await Client.CreateAsync("stays", Settings, cancellationToken: Cancel);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        await Client.CreateAsync("stays-not", Settings, cancellationToken: Cancel);
        await ChangeAsync("stays", record => record with { State = IndexState.Renaming, RenamedTo = "stays-not" });

        await FailsAsync(FlatErrorKind.IndexExists, () => Client.DescribeAsync("stays", Cancel));

        await index.InsertAsync(new(2, new float[1]), cancellationToken: Cancel);
        Assert.Equal([1UL, 2UL], (await index.SearchAsync(new float[1], 5, cancellationToken: Cancel)).Hits.Select(hit => hit.Id.Number));
    }

    [Fact]
    public async Task Two_indexes_renamed_to_each_others_names_at_once_stay_as_they_are()
    {
        await Client.CreateAsync("cross-a", Settings, cancellationToken: Cancel);
        await Client.CreateAsync("cross-b", Settings, cancellationToken: Cancel);

        for (int round = 0; round < 5; round++)
        {
            await Task.WhenAll(
                FailsAsync(FlatErrorKind.IndexExists, () => Client.RenameAsync("cross-a", "cross-b", Cancel)),
                FailsAsync(FlatErrorKind.IndexExists, () => Client.RenameAsync("cross-b", "cross-a", Cancel)));
        }

        Assert.Equal("cross-a", (await Client.DescribeAsync("cross-a", Cancel)).Name);
    }

    [Fact]
    public async Task A_creation_that_a_crash_cut_short_is_taken_back()
    {
        await Client.CreateAsync("unborn", Settings, cancellationToken: Cancel);
        await ChangeAsync("unborn", record => record with { State = IndexState.Creating });

        await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.DescribeAsync("unborn", Cancel));

        Assert.Equal(0, await (await Client.CreateAsync("unborn", Settings, cancellationToken: Cancel)).CountAsync(Cancel));
    }

    [Fact]
    public async Task An_activation_that_saw_an_index_half_made_erases_nothing_once_it_is_made()
    {
        var index = await Client.CreateAsync("born", Settings, cancellationToken: Cancel);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        await ChangeAsync("born", record => record with { State = IndexState.Creating });
        Assert.False(await Grain("born").IsTaken(Cancel));
        await ChangeAsync("born", record => record with { State = IndexState.Live }, deactivate: false);

        await FailsAsync(FlatErrorKind.Unavailable, () => Client.DescribeAsync("born", Cancel));

        Assert.Equal(1, await index.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_damaged_record_is_named_by_every_call()
    {
        await Client.CreateAsync("damaged", Settings, cancellationToken: Cancel);
        var store = Store("damaged");
        var stored = (await store.ReadAsync("index"))!.Value;
        byte[] bytes = stored.Bytes.ToArray();
        bytes[20] ^= 1;
        await store.ReplaceAsync("index", bytes, stored.ETag);
        await silos.Cluster.Orleans.DeactivateAsync(Grain("damaged"));

        await FailsAsync(FlatErrorKind.CorruptData, () => Client.DescribeAsync("damaged", Cancel));
        await FailsAsync(FlatErrorKind.CorruptData, () => Client.DropAsync("damaged", Cancel));

        // A list would name the damage too: the other tests list.
        await silos.Cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).RemoveName("damaged", Cancel);
    }

    private IIndexGrain Grain(string name) => silos.Cluster.Grains.GetGrain<IIndexGrain>(name);

    private IRecordStore Store(string name) => silos.Cluster.SiloServices.GetRequiredService<IRecordStoreFactory>().Open($"index/{name}");

    private async Task<IndexRecord> ReadAsync(string name) =>
        IndexRecordForm.Read((await Store(name).ReadAsync("index"))!.Value.Bytes.Span, "index");

    /// <summary>Puts a record as a crash left it.</summary>
    private async Task PutAsync(string name, IndexRecord record)
    {
        Assert.NotNull(await Store(name).PutIfAbsentAsync("index", IndexRecordForm.Write(record)));
        await silos.Cluster.Orleans.DeactivateAsync(Grain(name));
    }

    private async Task ChangeAsync(string name, Func<IndexRecord, IndexRecord> change, bool deactivate = true)
    {
        var stored = (await Store(name).ReadAsync("index"))!.Value;
        byte[] bytes = IndexRecordForm.Write(change(IndexRecordForm.Read(stored.Bytes.Span, "index")));
        Assert.NotNull(await Store(name).ReplaceAsync("index", bytes, stored.ETag));
        if (deactivate)
            await silos.Cluster.Orleans.DeactivateAsync(Grain(name));
    }
}
