using IqdbFlat.Engine;
using IqdbFlat.VectorData.Tests.Battery;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Embedded;

/// <summary>What was written to a file is there when it is opened again, to the bit and in its order, or the damage is named.</summary>
public sealed class EmbeddedFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iqdbflat-file-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "records.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_written_is_there_again_with_its_order_and_bits()
    {
        var random = new Random(17);
        List<(string Id, double Score)> before;
        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path }))
        {
            var articles = await Articles(store);
            await articles.UpsertAsync([.. Enumerable.Range(0, 2_500).Select(i => new Article { Id = $"{i}", Title = [random.Next(3), random.Next(3)], Body = i % 3 == 0 ? default(ReadOnlyMemory<float>?) : new float[] { random.NextSingle(), 1, 2 } })], Cancel);
            await articles.UpsertAsync([.. Enumerable.Range(0, 200).Select(i => new Article { Id = $"{i * 7}", Title = [random.Next(3), random.Next(3)] })], Cancel);
            await articles.DeleteAsync([.. Enumerable.Range(0, 200).Select(i => $"{i * 11}")], Cancel);
            await store.GetCollection<string, Setting>("dropped").EnsureCollectionExistsAsync(Cancel);
            await store.EnsureCollectionDeletedAsync("dropped", Cancel);
            before = await Hits(articles);
        }

        using var again = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path });
        var loaded = again.GetCollection<string, Article>("articles");

        Assert.Equal(before, await Hits(loaded));
        Assert.Equal(["articles"], await again.ListCollectionNamesAsync(Cancel).ToListAsync(Cancel));

        static async Task<List<(string, double)>> Hits(VectorStoreCollection<string, Article> articles) =>
            await articles.SearchAsync(new float[] { 1, 1 }, 5_000, new() { VectorProperty = article => article.Title }, Cancel).Select(hit => (hit.Record.Id, hit.Score!.Value)).ToListAsync(Cancel);
    }

    [Fact]
    public async Task Stores_of_one_process_share_the_file_and_the_last_closes_it()
    {
        var first = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path });
        var second = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path });
        await (await Articles(first)).UpsertAsync(new Article { Id = "a" }, Cancel);
        Assert.NotNull(await second.GetCollection<string, Article>("articles").GetAsync("a", cancellationToken: Cancel));
        first.Dispose();
        Assert.NotNull(await second.GetCollection<string, Article>("articles").GetAsync("a", cancellationToken: Cancel));
        second.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => second.GetCollection<string, Article>("articles").GetAsync("a", cancellationToken: Cancel));
        using var third = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path });
        Assert.NotNull(await third.GetCollection<string, Article>("articles").GetAsync("a", cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_file_that_another_process_has_is_refused()
    {
        // A connection of its own is to SQLite what another process is.
        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path }))
        {
            await Articles(store);
            using var other = new SqliteConnection($"Data Source={Path};Pooling=False;Default Timeout=1");
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "DELETE FROM record";
            Assert.Equal(SQLitePCL.raw.SQLITE_BUSY, Assert.Throws<SqliteException>(() => command.ExecuteNonQuery()).SqliteErrorCode);
        }

        using var holder = new SqliteConnection($"Data Source={Path};Pooling=False");
        holder.Open();
        using var hold = holder.CreateCommand();
        hold.CommandText = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
        hold.ExecuteNonQuery();
        var refused = Assert.Throws<FlatIndexException>(() => IqdbFlatDatabase.Open(Path));
        Assert.Equal(FlatErrorKind.Unavailable, refused.Kind);
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_025)]
    public void A_number_of_threads_that_no_index_accepts_is_told_before_a_file_is_made(int threads)
    {
        var refused = Assert.Throws<FlatIndexException>(() => IqdbFlatDatabase.Open(Path, threads));

        Assert.Equal(FlatErrorKind.InvalidConfig, refused.Kind);
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => new IqdbFlatDatabase(threads)).Kind);
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task A_collection_that_the_file_does_not_take_is_not_there_and_can_be_made_later()
    {
        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path }))
            await Articles(store);
        Run("CREATE TRIGGER no_more BEFORE INSERT ON collection WHEN NEW.name = 'refused' BEGIN SELECT RAISE(ABORT, 'no more'); END");

        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path, Threads = 2 }))
        {
            await Assert.ThrowsAsync<VectorStoreException>(() => store.GetCollection<string, Article>("refused").EnsureCollectionExistsAsync(Cancel));
            Assert.Equal(["articles"], await store.ListCollectionNamesAsync(Cancel).ToListAsync(Cancel));
        }

        Run("DROP TRIGGER no_more");
        using var again = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path });
        await again.GetCollection<string, Article>("refused").EnsureCollectionExistsAsync(Cancel);
        Assert.Equal(["articles", "refused"], await again.ListCollectionNamesAsync(Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_an_error_with_the_names_that_the_abstraction_wants()
    {
        string path = System.IO.Path.Combine(_folder.FullName, "no folder", "records.db");

        Assert.Contains(path, Assert.Throws<FlatIndexException>(() => IqdbFlatDatabase.Open(path)).Message, StringComparison.Ordinal);
        var error = Assert.Throws<VectorStoreException>(() => new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = path }));

        Assert.Equal(("iqdbflat", path, null, "Open"), (error.VectorStoreSystemName, error.VectorStoreName, error.CollectionName, error.OperationName));
        Assert.Equal(FlatErrorKind.Unavailable, Assert.IsType<FlatIndexException>(error.InnerException).Kind);
    }

    [Fact]
    public async Task What_goes_wrong_in_the_file_is_an_error_with_the_names_that_the_abstraction_wants()
    {
        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path }))
            await (await Articles(store)).UpsertAsync(new Article { Id = "a" }, Cancel);
        Run("CREATE TRIGGER no_more BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'no more'); END");

        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path }))
        {
            var articles = store.GetCollection<string, Article>("articles");
            await Expect("EnsureCollectionDeleted", () => store.EnsureCollectionDeletedAsync("articles", Cancel));
            await Expect("EnsureCollectionDeleted", () => articles.EnsureCollectionDeletedAsync(Cancel));
            await Expect("Delete", () => articles.DeleteAsync("a", Cancel));
            Assert.NotNull(await articles.GetAsync("a", cancellationToken: Cancel));
        }

        async Task Expect(string operation, Func<Task> call)
        {
            var error = await Assert.ThrowsAsync<VectorStoreException>(call);
            Assert.Equal(("iqdbflat", Path, "articles", operation), (error.VectorStoreSystemName, error.VectorStoreName, error.CollectionName, error.OperationName));
            Assert.Contains("no more", Assert.IsType<FlatIndexException>(error.InnerException).Message, StringComparison.Ordinal);
            Assert.Contains(Path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_record_is_named()
    {
        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path }))
            await (await Articles(store)).UpsertAsync([new Article { Id = "a", Title = [1, 2] }, new Article { Id = "b", Title = [3, 4] }], Cancel);
        Run("UPDATE record SET content = cast(substr(content, 1, length(content) - 1) || x'7f' AS BLOB) WHERE sequence = 2");

        var damaged = Assert.Throws<FlatIndexException>(() => IqdbFlatDatabase.Open(Path));

        Assert.Equal(FlatErrorKind.CorruptData, damaged.Kind);
        Assert.Contains("record 2 of collection 'articles'", damaged.Message, StringComparison.Ordinal);
        Assert.Contains(Path, damaged.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no database at all, but a text that is longer than the header of one, which has a hundred bytes in all of its versions")]
    [InlineData(null)]
    public void A_file_of_something_else_is_named_and_left_alone(string? text)
    {
        if (text is not null)
            File.WriteAllText(Path, text);
        else
            Run("CREATE TABLE theirs (x); PRAGMA user_version = 7");

        byte[] before = File.ReadAllBytes(Path);
        var refused = Assert.Throws<FlatIndexException>(() => IqdbFlatDatabase.Open(Path));

        Assert.Equal(FlatErrorKind.CorruptData, refused.Kind);
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task Bytes_of_records_are_these()
    {
        using (var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path }))
            await (await Articles(store)).UpsertAsync(new Article { Id = "a", Title = [1, 2] }, Cancel);
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hex(shape) || ' ' || collection.checksum || ' ' || hex(id) || ' ' || hex(content) || ' ' || record.checksum FROM collection, record";

        Assert.Equal(Frozen, (string)command.ExecuteScalar()!);
    }

    // Shape and checksum; then id, metadata (the key), the two floats of Title, room for Body, the marks of which vectors are there, and checksum.
    private static readonly string Frozen = "0202055469746C65020304426F64790301 7837513212587193172 01025361 0102496404016100"
        + $"00803F00000040{new string('0', 30 * 8)}0000803F{new string('0', 15 * 8)} -7159427714043849284";

    /// <summary>Does something to the file from outside.</summary>
    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<VectorStoreCollection<string, Article>> Articles(IqdbFlatVectorStore store)
    {
        var articles = store.GetCollection<string, Article>("articles");
        await articles.EnsureCollectionExistsAsync(Cancel);
        return articles;
    }
}
