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
    public void A_model_that_no_index_takes_is_an_error_with_its_names()
    {
        var error = Assert.Throws<VectorStoreException>(() => mode.Store.GetDynamicCollection(
            "Wide", new() { Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Wide", typeof(float[]), 65_537)] }));

        Assert.Equal(("iqdbflat", "Wide", "GetCollection"), (error.VectorStoreSystemName, error.CollectionName, error.OperationName));
        Assert.Contains("65537", Assert.IsType<FlatIndexException>(error.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_other_vectors_than_the_collection_has_is_an_error_of_every_operation()
    {
        string name = mode.NewName();
        await Model("A", "B").EnsureCollectionExistsAsync(Cancel);
        await Model("A", "B").UpsertAsync(Record("A", "B"), Cancel);

        foreach (string[] vectors in (string[][])[["B", "A"], ["B"], []])
        {
            var other = Model(vectors);
            await Expect(() => other.UpsertAsync(Record(vectors), Cancel));
            await Expect(() => other.GetAsync(1, cancellationToken: Cancel));
            await Expect(async () => await other.GetAsync(record => true, 1, cancellationToken: Cancel).ToListAsync(Cancel));
            await Expect(() => other.DeleteAsync(1, Cancel));
            if (vectors.Length > 0)
                await Expect(async () => await other.SearchAsync(new float[2], 1, new() { VectorProperty = record => record["B"] }, Cancel).ToListAsync(Cancel));
        }

        Assert.NotNull(await Model("A", "B").GetAsync(1, cancellationToken: Cancel));

        VectorStoreCollection<object, Dictionary<string, object?>> Model(params string[] vectors) => mode.Store.GetDynamicCollection(
            name, new() { Properties = [new VectorStoreKeyProperty("Id", typeof(int)), .. vectors.Select(vector => new VectorStoreVectorProperty(vector, typeof(float[]), 2))] });

        static Dictionary<string, object?> Record(params string[] vectors) => new(vectors.Select(vector => KeyValuePair.Create(vector, (object?)new float[2])).Append(new("Id", 1)));

        static async Task Expect(Func<Task> call)
        {
            var error = Assert.IsType<FlatIndexException>((await Assert.ThrowsAsync<VectorStoreException>(call)).InnerException);
            Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
            Assert.Contains("was made with the vectors A of dimension 2 by Cosine, B of dimension 2 by Cosine", error.Message, StringComparison.Ordinal);
        }
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
