using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

/// <summary>What every store must do for the shard log to be safe on it.</summary>
public abstract class RecordStoreConformance
{
    /// <summary>Opens the records of an owner; each call is another client of the same store.</summary>
    protected abstract IRecordStore Open(string owner);

    [Fact]
    public async Task A_record_that_was_put_is_read_back()
    {
        var store = Open("t/put");
        Assert.Null(await store.ReadAsync("a"));
        string? etag = await store.PutIfAbsentAsync("a", new byte[] { 1, 2, 3 });
        Assert.NotNull(etag);
        var found = await store.ReadAsync("a");
        Assert.Equal([1, 2, 3], found!.Value.Bytes.ToArray());
        Assert.Equal(etag, found.Value.ETag);
    }

    [Fact]
    public async Task An_empty_record_is_a_record()
    {
        var store = Open("t/empty");
        Assert.NotNull(await store.PutIfAbsentAsync("a", default));
        Assert.Equal(0, (await store.ReadAsync("a"))!.Value.Bytes.Length);
        Assert.Null(await store.PutIfAbsentAsync("a", default));
    }

    [Fact]
    public async Task Put_over_a_record_is_a_conflict_and_changes_nothing()
    {
        var store = Open("t/conflict");
        string? etag = await store.PutIfAbsentAsync("a", new byte[] { 1 });
        Assert.Null(await Open("t/conflict").PutIfAbsentAsync("a", new byte[] { 2 }));
        var found = await store.ReadAsync("a");
        Assert.Equal([1], found!.Value.Bytes.ToArray());
        Assert.Equal(etag, found.Value.ETag);
    }

    [Fact]
    public async Task Replace_takes_the_version_that_it_names_and_no_other()
    {
        var store = Open("t/replace");
        string first = (await store.PutIfAbsentAsync("a", new byte[] { 1 }))!;
        string second = (await store.ReplaceAsync("a", new byte[] { 2 }, first))!;
        Assert.NotEqual(first, second);
        Assert.Null(await store.ReplaceAsync("a", new byte[] { 3 }, first));
        var found = await store.ReadAsync("a");
        Assert.Equal([2], found!.Value.Bytes.ToArray());
        Assert.Equal(second, found.Value.ETag);
        Assert.NotNull(await store.ReplaceAsync("a", new byte[] { 4 }, second));
    }

    [Fact]
    public async Task Replace_of_a_deleted_record_is_a_conflict_and_makes_none()
    {
        var store = Open("t/gone");
        string etag = (await store.PutIfAbsentAsync("a", new byte[] { 1 }))!;
        Assert.True(await store.DeleteAsync("a", etag));
        Assert.Null(await store.ReplaceAsync("a", new byte[] { 2 }, etag));
        Assert.Null(await store.ReadAsync("a"));
    }

    [Fact]
    public async Task Deleted_is_absent_and_can_be_put_again_as_another_version()
    {
        var store = Open("t/delete");
        string etag = (await store.PutIfAbsentAsync("a", new byte[] { 1 }))!;
        Assert.True(await store.DeleteAsync("a"));
        Assert.Null(await store.ReadAsync("a"));
        Assert.False(await store.DeleteAsync("a"));
        Assert.False(await store.DeleteAsync("a", etag));
        string again = (await store.PutIfAbsentAsync("a", new byte[] { 2 }))!;
        Assert.NotEqual(etag, again);
        Assert.Null(await store.ReplaceAsync("a", new byte[] { 3 }, etag));
        Assert.False(await store.DeleteAsync("a", etag));
        Assert.Equal([2], (await store.ReadAsync("a"))!.Value.Bytes.ToArray());
    }

    [Fact]
    public async Task Names_and_owners_are_told_apart()
    {
        string[] owners = ["t/1", "t/2", "t/3~x", "shard/books/01JD/0001"];
        string[] names = ["a", "A", "a/0", "a/00", "log/0000000000000001/0000000000000000", "12", "0xff"];
        foreach (string owner in owners)
        {
            foreach (string name in names)
                Assert.NotNull(await Open(owner).PutIfAbsentAsync(name, System.Text.Encoding.UTF8.GetBytes(owner + name)));
        }

        foreach (string owner in owners)
        {
            foreach (string name in names)
                Assert.Equal(owner + name, System.Text.Encoding.UTF8.GetString((await Open(owner).ReadAsync(name))!.Value.Bytes.Span));
        }
    }

    [Fact]
    public async Task Of_two_writers_that_put_one_record_exactly_one_wins_and_the_other_learns_it()
    {
        for (int round = 0; round < 40; round++)
        {
            string name = $"race{round}";
            string?[] etags = await RaceAsync(writer => Open("t/race").PutIfAbsentAsync(name, new byte[] { (byte)writer }));
            int winner = Assert.Single(Enumerable.Range(0, etags.Length), writer => etags[writer] is not null);
            Assert.Equal([(byte)winner], (await Open("t/race").ReadAsync(name))!.Value.Bytes.ToArray());
        }
    }

    [Fact]
    public async Task Of_two_writers_that_replace_one_version_exactly_one_wins_and_the_other_learns_it()
    {
        string etag = (await Open("t/swap").PutIfAbsentAsync("a", new byte[] { 9 }))!;
        for (int round = 0; round < 40; round++)
        {
            string version = etag;
            string?[] etags = await RaceAsync(writer => Open("t/swap").ReplaceAsync("a", new byte[] { (byte)writer }, version));
            int winner = Assert.Single(Enumerable.Range(0, etags.Length), writer => etags[writer] is not null);
            etag = etags[winner]!;
            var found = await Open("t/swap").ReadAsync("a");
            Assert.Equal([(byte)winner], found!.Value.Bytes.ToArray());
            Assert.Equal(etag, found.Value.ETag);
        }
    }

    [Fact]
    public async Task The_largest_record_comes_back_whole()
    {
        byte[] bytes = new byte[IRecordStore.MaxRecordBytes];
        new Random(1).NextBytes(bytes);
        var store = Open("t/large");
        string etag = (await store.PutIfAbsentAsync("a", bytes))!;
        Assert.True((await store.ReadAsync("a"))!.Value.Bytes.Span.SequenceEqual(bytes));
        bytes[^1] ^= 1;
        Assert.NotNull(await store.ReplaceAsync("a", bytes, etag));
        Assert.True((await store.ReadAsync("a"))!.Value.Bytes.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task A_record_past_the_limit_is_refused_and_not_written()
    {
        var store = Open("t/over");
        var failure = await Assert.ThrowsAsync<Engine.FlatIndexException>(() => store.PutIfAbsentAsync("a", new byte[IRecordStore.MaxRecordBytes + 1]));
        Assert.Equal(Engine.FlatErrorKind.ResourceLimitExceeded, failure.Kind);
        Assert.Null(await store.ReadAsync("a"));
    }

    private static Task<string?[]> RaceAsync(Func<int, Task<string?>> write)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 2).Select(writer => Task.Run(async () =>
        {
            await start.Task;
            return await write(writer);
        })).ToArray();
        start.SetResult();
        return Task.WhenAll(writers);
    }
}
