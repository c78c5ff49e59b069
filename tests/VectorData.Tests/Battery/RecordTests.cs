using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>What is written comes back: whole, by key, and only where it is there.</summary>
public abstract class RecordTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Properties_of_every_form_are_set()
    {
        var forms = await mode.MakeAsync<ulong, Forms>();
        var moment = new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc);
        await forms.UpsertAsync([new Forms(5, "a", 2, 3.50m) { Moment = moment, Inherited = 7, Fixed = Guid.AllBitsSet }, new Forms(6, null, null, 0)], Cancel);

        var all = await forms.GetAsync([5, 6], cancellationToken: Cancel).ToListAsync(Cancel);
        var hits = await forms.SearchAsync(new float[] { 1 }, 2, cancellationToken: Cancel).Select(hit => hit.Record).OrderBy(record => record.Id).ToListAsync(Cancel);

        Assert.Equal([(5UL, "a", (int?)2, 3.50m, (DateTime?)moment, (short)7, Guid.AllBitsSet), (6UL, null, null, 0, null, 0, Guid.Empty)], all.Select(Read));
        Assert.Equal(all.Select(Read), hits.Select(Read));
        Assert.Equal(DateTimeKind.Utc, hits[0].Moment!.Value.Kind);

        static (ulong, string?, int?, decimal, DateTime?, short, Guid) Read(Forms form) => (form.Id, form.Text, form.Number, form.Sum, form.Moment, form.Inherited, form.Fixed);
    }

    [Fact]
    public async Task A_record_comes_back_with_all_of_its_parts()
    {
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync(new Note { Id = 7, Title = "seven", Year = 1977, Vector = new float[] { 1, 2, 3 } }, Cancel);

        var whole = await notes.GetAsync(7, new() { IncludeVectors = true }, Cancel);
        var bare = await notes.GetAsync(7, cancellationToken: Cancel);

        Assert.Equal((7, "seven", 1977), (whole!.Id, whole.Title, whole.Year));
        Assert.Equal([1, 2, 3], whole.Vector!.Value.ToArray());
        Assert.Equal("seven", bare!.Title);
        Assert.Null(bare.Vector);
    }

    [Fact]
    public async Task A_record_that_is_written_again_is_replaced_and_what_it_lacks_is_gone()
    {
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync(new Note { Id = 7, Title = "seven", Year = 1977, Vector = new float[] { 1, 2, 3 } }, Cancel);
        await notes.UpsertAsync(new Note { Id = 7, Year = 1978 }, Cancel);

        var found = await notes.GetAsync(7, new() { IncludeVectors = true }, Cancel);

        Assert.Equal((null, 1978, null), (found!.Title, found.Year, found.Vector));
    }

    [Fact]
    public async Task Keys_that_are_not_there_are_left_out()
    {
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync([new Note { Id = 1 }, new Note { Id = 2 }], Cancel);

        Assert.Null(await notes.GetAsync(3, cancellationToken: Cancel));
        Assert.Equal([2, 1], (await notes.GetAsync([2, 3, 1], cancellationToken: Cancel).ToListAsync(Cancel)).Select(note => note.Id));
        Assert.Empty(await notes.GetAsync([], cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_does_nothing()
    {
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync([new Note { Id = 1 }, new Note { Id = 2 }], Cancel);

        await notes.DeleteAsync(9, Cancel);
        await notes.DeleteAsync([2, 9], Cancel);
        await notes.DeleteAsync([], Cancel);

        Assert.Equal([1], (await notes.GetAsync(note => true, 10, cancellationToken: Cancel).ToListAsync(Cancel)).Select(note => note.Id));
    }

    [Fact]
    public async Task A_batch_with_a_bad_record_writes_nothing()
    {
        var notes = await mode.MakeAsync<int, Note>();

        var error = await Assert.ThrowsAsync<VectorStoreException>(() => notes.UpsertAsync(
            [new Note { Id = 1, Vector = new float[] { 1, 2, 3 } }, new Note { Id = 2, Vector = new float[] { 1, 2 } }], Cancel));

        Assert.Equal("Upsert", error.OperationName);
        Assert.Empty(await notes.GetAsync([1, 2], cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_batch_with_a_bad_record_writes_nothing_where_keys_are_drawn_either()
    {
        var drafts = await mode.MakeAsync<Guid, Draft>();
        Draft[] wrong = [new() { Vector = [1, 2] }, new() { Vector = [1, 2, 3] }];
        // Found while rows are made, before any is looked at by the index.
        Draft[] tooMuch = [new() { Vector = [1, 2] }, new() { Text = "\uD800" }, new() { Text = new('x', 70_000) }];

        await Assert.ThrowsAsync<VectorStoreException>(() => drafts.UpsertAsync(wrong, Cancel));
        await Assert.ThrowsAnyAsync<Exception>(() => drafts.UpsertAsync(tooMuch, Cancel));

        Assert.All(wrong.Concat(tooMuch), draft => Assert.Equal(Guid.Empty, draft.Id));
        Assert.Empty(await drafts.GetAsync(draft => true, 9, cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_batch_keeps_its_order_whether_keys_are_given_or_drawn()
    {
        var drafts = await mode.MakeAsync<Guid, Draft>();
        var twice = new Draft { Text = "f" };
        Draft[] batch =
        [
            new() { Id = Guid.NewGuid(), Text = "a" }, new() { Text = "b" }, new() { Text = "c" }, new() { Id = Guid.NewGuid(), Text = "d" }, new() { Text = "e" }, twice, twice,
        ];

        await drafts.UpsertAsync(batch, Cancel);

        Assert.Equal(["a", "b", "c", "d", "e", "f"], await drafts.GetAsync(draft => true, 9, cancellationToken: Cancel).Select(draft => draft.Text).ToListAsync(Cancel));
        Assert.Equal(batch[6].Id, (await drafts.GetAsync(draft => draft.Text == "f", 9, cancellationToken: Cancel).SingleAsync(Cancel)).Id);
    }

    [Fact]
    public async Task A_record_has_any_of_its_vectors_or_none()
    {
        var articles = await mode.MakeAsync<string, Article>();
        await articles.UpsertAsync(
            [
                new Article { Id = "both", Title = [1, 2], Body = new float[] { 3, 4, 5 } },
                new Article { Id = "title", Title = [1, 3] },
                new Article { Id = "body", Body = new float[] { 3, 4, 6 } },
                new Article { Id = "none" },
            ],
            Cancel);

        var read = await articles.GetAsync(["both", "title", "body", "none"], new() { IncludeVectors = true }, Cancel).ToListAsync(Cancel);
        var byTitle = await articles.SearchAsync(new float[] { 1, 2 }, 9, new() { VectorProperty = article => article.Title }, Cancel).ToListAsync(Cancel);
        var byBody = await articles.SearchAsync(new float[] { 3, 4, 6 }, 9, new() { VectorProperty = article => article.Body }, Cancel).ToListAsync(Cancel);

        Assert.Equal([(2, 3), (2, null), (null, 3), (null, null)], read.Select(article => (article.Title?.Length, article.Body?.Length)));
        Assert.Equal([("both", 0.0), ("title", 1.0)], byTitle.Select(hit => (hit.Record.Id, hit.Score!.Value)));
        Assert.Equal(["body", "both"], byBody.Select(hit => hit.Record.Id));
    }

    [Fact]
    public async Task Several_vectors_must_be_told_apart()
    {
        var articles = await mode.MakeAsync<string, Article>();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await articles.SearchAsync(new float[] { 1, 2 }, 1, cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_record_without_a_vector_property_is_written_read_and_found_by_filter()
    {
        var settings = await mode.MakeAsync<string, Setting>();
        await settings.UpsertAsync([new Setting { Name = "a", Value = "1" }, new Setting { Name = "b" }], Cancel);

        Assert.Equal("1", (await settings.GetAsync("a", new() { IncludeVectors = true }, Cancel))!.Value);
        Assert.Equal("b", (await settings.GetAsync(setting => setting.Value == null, 5, cancellationToken: Cancel).SingleAsync(Cancel)).Name);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await settings.SearchAsync(new float[] { 1 }, 1, cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_dynamic_collection_reads_what_a_typed_one_wrote()
    {
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync(new Note { Id = 4, Title = "four", Year = 2004, Vector = new float[] { 1, 0, 0 } }, Cancel);
        var dynamicNotes = mode.Store.GetDynamicCollection(notes.Name, new()
        {
            Properties =
            [
                new VectorStoreKeyProperty("Id", typeof(int)),
                new VectorStoreDataProperty("Title", typeof(string)) { StorageName = "title" },
                new VectorStoreDataProperty("Year", typeof(int)) { StorageName = "year" },
                new VectorStoreVectorProperty("Vector", typeof(ReadOnlyMemory<float>), 3) { DistanceFunction = DistanceFunction.EuclideanDistance, StorageName = "embedding" },
            ],
        });

        await dynamicNotes.EnsureCollectionExistsAsync(Cancel);
        var found = await dynamicNotes.SearchAsync(new float[] { 1, 0, 0 }, 1, new() { Filter = note => (int)note["Year"]! > 2000 && (string)note["Title"]! == "four" }, Cancel).SingleAsync(Cancel);
        await dynamicNotes.UpsertAsync(new Dictionary<string, object?> { ["Id"] = 5, ["Title"] = null, ["Year"] = 2005, ["Vector"] = new ReadOnlyMemory<float>([0, 1, 0]) }, Cancel);

        Assert.Equal(4, found.Record["Id"]);
        Assert.False(found.Record.ContainsKey("Vector"));
        Assert.Equal([4, 5], (await notes.GetAsync(note => note.Year > 2000, 9, cancellationToken: Cancel).ToListAsync(Cancel)).Select(note => note.Id));
        await Assert.ThrowsAsync<InvalidCastException>(() => dynamicNotes.UpsertAsync(new Dictionary<string, object?> { ["Id"] = 5, ["Year"] = "no number" }, Cancel));
    }
}

public sealed class EmbeddedRecordTests(EmbeddedMode mode) : RecordTests(mode);

public sealed class ClusterRecordTests(ClusterMode mode) : RecordTests(mode);

public sealed class StoredRecordTests(StoredMode mode) : RecordTests(mode);
