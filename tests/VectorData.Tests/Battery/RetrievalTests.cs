using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>Records by filter, without a query.</summary>
public abstract class RetrievalTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_that_match_come_in_the_order_asked_for_then_in_that_of_insertion()
    {
        var notes = await mode.MakeAsync<int, Note>();
        string?[] titles = ["b", null, "a", "b", "\uE000", "\U0001F600", "B"];
        await notes.UpsertAsync([.. titles.Select((title, i) => new Note { Id = i, Title = title, Year = i % 2 })], Cancel);

        Assert.Equal([1, 6, 2, 0, 3, 4, 5], await Ids(order => order.Ascending(note => note.Title)));
        Assert.Equal([5, 4, 0, 3, 2, 6, 1], await Ids(order => order.Descending(note => note.Title)));
        Assert.Equal([5, 3, 1, 4, 0, 2, 6], await Ids(order => order.Descending(note => note.Year).Descending(note => note.Title)));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], await Ids(order: null));

        Task<List<int>> Ids(Func<FilteredRecordRetrievalOptions<Note>.OrderByDefinition, FilteredRecordRetrievalOptions<Note>.OrderByDefinition>? order) =>
            notes.GetAsync(note => true, 99, new() { OrderBy = order }, Cancel).Select(note => note.Id).ToListAsync(Cancel).AsTask();
    }

    [Fact]
    public async Task Pages_of_many_records_are_all_of_them_once()
    {
        const int Count = 5_000;
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync([.. Enumerable.Range(0, Count).Select(i => new Note { Id = i, Year = i * 7 % 100, Title = $"{i % 13}" })], Cancel);

        int[] expected = [.. Enumerable.Range(0, Count).Where(i => i * 7 % 100 >= 40).OrderBy(i => i * 7 % 100).ThenBy(i => i)];
        var all = await notes.GetAsync(note => note.Year >= 40, int.MaxValue, new() { OrderBy = order => order.Ascending(note => note.Year) }, Cancel).Select(note => note.Id).ToListAsync(Cancel);
        var page = await notes.GetAsync(note => note.Year >= 40, 100, new() { OrderBy = order => order.Ascending(note => note.Year), Skip = 2_450 }, Cancel).Select(note => note.Id).ToListAsync(Cancel);
        var past = await notes.GetAsync(note => note.Year >= 40, 100, new() { Skip = Count }, Cancel).ToListAsync(Cancel);

        Assert.Equal(expected, all);
        Assert.Equal(expected[2_450..2_550], page);
        Assert.Empty(past);
        Assert.Equal(Count, await notes.GetAsync(note => true, int.MaxValue, cancellationToken: Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Vectors_come_along_where_they_are_asked_for()
    {
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync([new Note { Id = 1, Vector = new float[] { 1, 2, 3 } }, new Note { Id = 2 }], Cancel);

        var with = await notes.GetAsync(note => true, 9, new() { IncludeVectors = true }, Cancel).ToListAsync(Cancel);
        var without = await notes.GetAsync(note => true, 9, cancellationToken: Cancel).ToListAsync(Cancel);

        Assert.Equal([1, 2, 3], with[0].Vector!.Value.ToArray());
        Assert.Null(with[1].Vector);
        Assert.All(without, note => Assert.Null(note.Vector));
    }

    [Fact]
    public async Task An_order_by_what_is_no_data_is_an_error()
    {
        var notes = await mode.MakeAsync<int, Note>();

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await notes.GetAsync(note => true, 9, new() { OrderBy = order => order.Ascending(note => note.Title!.Length) }, Cancel).ToListAsync(Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await notes.GetAsync(note => true, 0, cancellationToken: Cancel).ToListAsync(Cancel));
    }
}

public sealed class EmbeddedRetrievalTests(EmbeddedMode mode) : RetrievalTests(mode);

public sealed class ClusterRetrievalTests(ClusterMode mode) : RetrievalTests(mode);

public sealed class StoredRetrievalTests(StoredMode mode) : RetrievalTests(mode);
