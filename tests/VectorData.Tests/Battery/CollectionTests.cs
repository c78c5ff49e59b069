using IqdbFlat.Engine;
using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>Collections come, are listed, and go.</summary>
public abstract class CollectionTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("Upper Case-and_more.dots")]
    [InlineData("vd-vd--")]
    [InlineData("日 ü'")]
    public async Task A_collection_of_any_name_comes_is_listed_and_goes(string suffix)
    {
        string name = mode.NewName() + suffix;
        var collection = mode.Store.GetCollection<int, Note>(name);

        Assert.False(await collection.CollectionExistsAsync(Cancel));
        await collection.EnsureCollectionExistsAsync(Cancel);
        await collection.EnsureCollectionExistsAsync(Cancel);
        Assert.True(await mode.Store.CollectionExistsAsync(name, Cancel));
        Assert.Contains(name, await mode.Store.ListCollectionNamesAsync(Cancel).ToListAsync(Cancel));
        await collection.EnsureCollectionDeletedAsync(Cancel);
        await mode.Store.EnsureCollectionDeletedAsync(name, Cancel);
        Assert.False(await collection.CollectionExistsAsync(Cancel));
        Assert.DoesNotContain(name, await mode.Store.ListCollectionNamesAsync(Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task What_is_done_to_a_collection_that_is_not_there_is_an_error_with_its_names()
    {
        var notes = mode.Store.GetCollection<int, Note>(mode.NewName());

        await Expect("Upsert", () => notes.UpsertAsync(new Note { Id = 1 }, Cancel));
        await Expect("Get", () => notes.GetAsync(1, cancellationToken: Cancel));
        await Expect("Get", async () => await notes.GetAsync(note => true, 1, cancellationToken: Cancel).ToListAsync(Cancel));
        await Expect("Delete", () => notes.DeleteAsync(1, Cancel));
        await Expect("Search", async () => await notes.SearchAsync(new float[] { 1, 2, 3 }, 1, cancellationToken: Cancel).ToListAsync(Cancel));

        async Task Expect(string operation, Func<Task> call)
        {
            var error = await Assert.ThrowsAsync<VectorStoreException>(call);
            Assert.Equal(("iqdbflat", notes.Name, operation), (error.VectorStoreSystemName, error.CollectionName, error.OperationName));
            Assert.NotNull(error.VectorStoreName);
            Assert.Equal(FlatErrorKind.IndexNotFound, Assert.IsType<FlatIndexException>(error.InnerException).Kind);
        }
    }

    [Fact]
    public async Task Operations_of_a_store_are_cancelled_as_those_of_a_collection()
    {
        var cancelled = new CancellationToken(canceled: true);
        var notes = await mode.MakeAsync<int, Note>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mode.Store.CollectionExistsAsync(notes.Name, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mode.Store.EnsureCollectionDeletedAsync(notes.Name, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await mode.Store.ListCollectionNamesAsync(cancelled).ToListAsync(Cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => notes.CollectionExistsAsync(cancelled));
        Assert.True(await notes.CollectionExistsAsync(Cancel));
    }

    [Fact]
    public async Task A_collection_that_was_deleted_and_made_again_is_empty()
    {
        var notes = await mode.MakeAsync<int, Note>();
        await notes.UpsertAsync(new Note { Id = 1 }, Cancel);
        await notes.EnsureCollectionDeletedAsync(Cancel);
        await mode.Store.GetCollection<int, Note>(notes.Name).EnsureCollectionExistsAsync(Cancel);

        Assert.Null(await notes.GetAsync(1, cancellationToken: Cancel));
        await notes.UpsertAsync(new Note { Id = 2 }, Cancel);
        Assert.Equal(2, (await notes.GetAsync(note => true, 9, cancellationToken: Cancel).SingleAsync(Cancel)).Id);
    }

    [Fact]
    public async Task A_collection_of_another_shape_under_the_same_name_is_an_error()
    {
        var notes = await mode.MakeAsync<int, Note>();

        var error = await Assert.ThrowsAsync<VectorStoreException>(() => mode.Store.GetCollection<string, Article>(notes.Name).EnsureCollectionExistsAsync(Cancel));

        Assert.Equal(FlatErrorKind.IndexExists, Assert.IsType<FlatIndexException>(error.InnerException).Kind);
    }

    [Fact]
    public void Services_are_the_metadata_and_what_is_behind()
    {
        var notes = mode.Store.GetCollection<int, Note>("Services");
        var store = (VectorStoreMetadata)mode.Store.GetService(typeof(VectorStoreMetadata))!;
        var collection = (VectorStoreCollectionMetadata)notes.GetService(typeof(VectorStoreCollectionMetadata))!;

        Assert.Equal("iqdbflat", store.VectorStoreSystemName);
        Assert.Equal(("iqdbflat", store.VectorStoreName, "Services"), (collection.VectorStoreSystemName, collection.VectorStoreName, collection.CollectionName));
        Assert.Same(notes, notes.GetService(typeof(IKeywordHybridSearchable<Note>)));
        Assert.Same(mode.Store, mode.Store.GetService(typeof(VectorStore)));
        Assert.True(mode.Store.GetService(typeof(IqdbFlatDatabase)) is not null || mode.Store.GetService(typeof(Client.IFlatIndexClient)) is not null);
        Assert.Null(notes.GetService(typeof(VectorStoreCollectionMetadata), "key"));
        Assert.Null(notes.GetService(typeof(Uri)));
    }

    [Fact]
    public void A_name_must_not_be_empty_and_a_dictionary_needs_a_dynamic_collection()
    {
        Assert.Throws<ArgumentNullException>(() => mode.Store.GetCollection<int, Note>(null!));
        Assert.Throws<ArgumentException>(() => mode.Store.GetCollection<int, Note>(""));
        Assert.Throws<ArgumentException>(() => mode.Store.GetCollection<object, Dictionary<string, object?>>("x", new()));
    }
}

public sealed class EmbeddedCollectionTests(EmbeddedMode mode) : CollectionTests(mode);

public sealed class ClusterCollectionTests(ClusterMode mode) : CollectionTests(mode);

public sealed class StoredCollectionTests(StoredMode mode) : CollectionTests(mode);
