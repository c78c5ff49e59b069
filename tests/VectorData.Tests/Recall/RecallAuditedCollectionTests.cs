using IqdbFlat.VectorData.Recall;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Recall;

/// <summary>What the auditor tells is the recall, ties and all, and callers notice nothing of it.</summary>
public sealed class RecallAuditedCollectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Recall_is_the_part_of_the_true_nearest_that_was_found_and_ties_are_as_good_as_each_other()
    {
        (int, double?)[] nearest = [(1, 0.0), (2, 1.0), (3, 1.0), (4, 1.0), (5, 2.0)];

        Assert.Equal(1, RecallAtK.Of(nearest, [1, 2], 2));
        Assert.Equal(1, RecallAtK.Of(nearest, [4, 1], 2));
        Assert.Equal(1, RecallAtK.Of(nearest, [3, 4], 2));
        Assert.Equal(0.5, RecallAtK.Of(nearest, [4, 5], 2));
        Assert.Equal(0.5, RecallAtK.Of(nearest, [1, 1], 2));
        Assert.Equal(0, RecallAtK.Of(nearest, [5, 9], 2));
        Assert.Equal(0.8, RecallAtK.Of(nearest, [1, 2, 3, 4, 9], 5));
        Assert.Equal(0.4, RecallAtK.Of(nearest, [1, 2], 10));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 250)]
    [InlineData(0.01, 10)]
    [InlineData(1, 1_000)]
    public void The_share_is_taken_evenly(double share, int expected)
    {
        var audited = new AuditShare(share);

        Assert.Equal(expected, Enumerable.Range(0, 1_000).Count(_ => audited.TakesNext()));
    }

    [Fact]
    public async Task A_search_that_misses_records_is_told_with_its_recall()
    {
        using var database = new IqdbFlatDatabase();
        // What answers holds every record but the first two: their places are taken by worse ones.
        using var audited = await MakeAsync(database, share: 1, lost: 2);
        using var told = new Told("notes");

        var hits = await audited.SearchAsync(new float[] { 0, 0, 0 }, 5, cancellationToken: Cancel).Select(hit => hit.Record.Id).ToListAsync(Cancel);
        var second = await audited.SearchAsync(new float[] { 0, 0, 0 }, 5, new() { Filter = note => note.Id >= 2 }, Cancel).CountAsync(Cancel);

        Assert.Equal([2, 3, 4, 5, 6], hits);
        Assert.Equal(5, second);
        Assert.Equal([0.6, 1.0], told.Recalls);
        Assert.Equal((2, 0), (told.Searches, told.Failures));
    }

    [Fact]
    public async Task An_audit_that_fails_is_counted_and_the_caller_has_his_answer()
    {
        using var database = new IqdbFlatDatabase();
        using var audited = await MakeAsync(database, share: 1, lost: 0);
        using var told = new Told("notes");
        await new IqdbFlatCollection<int, Battery.Note>(database, "exact").EnsureCollectionDeletedAsync(Cancel);

        Assert.Equal(3, await audited.SearchAsync(new float[] { 0, 0, 0 }, 3, cancellationToken: Cancel).CountAsync(Cancel));
        Assert.Empty(told.Recalls);
        Assert.Equal((0, 1), (told.Searches, told.Failures));
        Assert.Equal(["IndexNotFound"], told.Errors);
    }

    [Fact]
    public async Task Writes_reach_both_and_services_are_the_inner_ones()
    {
        using var database = new IqdbFlatDatabase();
        using var audited = await MakeAsync(database, share: 0, lost: 0);
        var exact = new IqdbFlatCollection<int, Battery.Note>(database, "exact");

        await audited.UpsertAsync(new Battery.Note { Id = 100 }, Cancel);
        await audited.DeleteAsync(0, Cancel);
        await audited.DeleteAsync([1, 2], Cancel);

        Assert.NotNull(await exact.GetAsync(100, cancellationToken: Cancel));
        Assert.Empty(await exact.GetAsync([0, 1, 2], cancellationToken: Cancel).ToListAsync(Cancel));
        Assert.Equal("notes", ((VectorStoreCollectionMetadata)audited.GetService(typeof(VectorStoreCollectionMetadata))!).CollectionName);
        Assert.Same(audited, audited.GetService(typeof(RecallAuditedCollection<int, Battery.Note>)));
        await audited.EnsureCollectionDeletedAsync(Cancel);
        Assert.False(await exact.CollectionExistsAsync(Cancel));
    }

    private static async Task<RecallAuditedCollection<int, Battery.Note>> MakeAsync(IqdbFlatDatabase database, double share, int lost)
    {
        var inner = new IqdbFlatCollection<int, Battery.Note>(database, "notes");
        var audited = new RecallAuditedCollection<int, Battery.Note>(inner, new IqdbFlatCollection<int, Battery.Note>(database, "exact"), note => note.Id, share);
        await audited.EnsureCollectionExistsAsync(Cancel);
        await audited.UpsertAsync([.. Enumerable.Range(0, 20).Select(i => new Battery.Note { Id = i, Vector = new float[] { i, 0, 0 } })], Cancel);
        await inner.DeleteAsync(Enumerable.Range(0, lost), Cancel);
        return audited;
    }
}
