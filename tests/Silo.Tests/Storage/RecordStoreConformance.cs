using System.Text;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

/// <summary>What every store must do for the shard log to be safe on it: the same tests for each, on two silos with a connection each.</summary>
public abstract class RecordStoreConformance : IAsyncLifetime
{
    private const int Rounds = 40;

    /// <summary>Why the store is not on this machine; null where it is.</summary>
    protected abstract string? Missing { get; }

    /// <summary>Opens the records of an owner as silo 0 or 1 reaches them; each call is another client of the same store.</summary>
    protected abstract IRecordStore Open(string owner, int silo = 0);

    public ValueTask InitializeAsync()
    {
        if (Missing is not null)
            Assert.Skip(Missing);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

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
        // The last two pairs would meet in a store that put owner and name together with a slash.
        string[] owners = ["t/1", "t/2", "T/1", "t/3~x", "t/it's \"quoted\"; --", "t/ä/é", "shard/books/01JD/0001", "t/1/a"];
        string[] names = ["a", "A", "a/0", "a/00", "log/0000000000000001/0000000000000000", "12", "0xff", "é", "e\u0301", "😀%_\\'", "0", "00"];
        foreach (string owner in owners)
        {
            foreach (string name in names)
                Assert.NotNull(await Open(owner).PutIfAbsentAsync(name, Encoding.UTF8.GetBytes(owner + "|" + name)));
        }

        foreach (string owner in owners)
        {
            foreach (string name in names)
                Assert.Equal(owner + "|" + name, Encoding.UTF8.GetString((await Open(owner, 1).ReadAsync(name))!.Value.Bytes.Span));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public async Task Of_writers_that_put_one_record_exactly_one_wins_and_the_others_learn_it(int writers)
    {
        string owner = $"t/race{writers}";
        for (int round = 0; round < Rounds; round++)
        {
            string name = $"race{round}";
            string?[] etags = await RaceAsync(writers, writer => Open(owner, writer % 2).PutIfAbsentAsync(name, Mark(writer)));
            int winner = Assert.Single(Enumerable.Range(0, writers), writer => etags[writer] is not null);
            await FindsAsync(owner, name, Mark(winner), etags[winner]!);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public async Task Of_writers_that_replace_one_version_exactly_one_wins_and_the_others_learn_it(int writers)
    {
        string owner = $"t/swap{writers}";
        string etag = (await Open(owner).PutIfAbsentAsync("a", Mark(99)))!;
        for (int round = 0; round < Rounds; round++)
        {
            string version = etag;
            string?[] etags = await RaceAsync(writers, writer => Open(owner, writer % 2).ReplaceAsync("a", Mark(writer), version));
            int winner = Assert.Single(Enumerable.Range(0, writers), writer => etags[writer] is not null);
            etag = etags[winner]!;
            await FindsAsync(owner, "a", Mark(winner), etag);
        }
    }

    [Fact]
    public async Task Of_a_writer_and_a_deleter_of_one_version_exactly_one_wins_and_the_other_learns_it()
    {
        for (int round = 0; round < Rounds; round++)
        {
            string name = $"tug{round}";
            string version = (await Open("t/tug").PutIfAbsentAsync(name, Mark(99)))!;
            string?[] etags = await RaceAsync(2, async writer => writer == 0
                ? await Open("t/tug", 0).ReplaceAsync(name, Mark(0), version)
                : await Open("t/tug", 1).DeleteAsync(name, version) ? "deleted" : null);
            Assert.Single(etags, etag => etag is not null);
            Assert.Equal(etags[0] is not null, await Open("t/tug").ReadAsync(name) is not null);
        }
    }

    [Fact]
    public async Task While_a_record_is_deleted_and_put_again_no_stale_version_ever_wins()
    {
        // The version of every earlier life is tried on each new one.
        var stale = new List<string>();
        for (int life = 0; life < Rounds; life++)
        {
            string etag = (await Open("t/lives").PutIfAbsentAsync("a", Mark(life)))!;
            Assert.DoesNotContain(etag, stale);
            foreach (string old in stale)
                Assert.Null(await Open("t/lives", 1).ReplaceAsync("a", Mark(99), old));
            await FindsAsync("t/lives", "a", Mark(life), etag);
            Assert.True(await Open("t/lives", 1).DeleteAsync("a", etag));
            stale.Add(etag);
        }
    }

    [Fact]
    public async Task The_largest_record_comes_back_whole()
    {
        byte[] bytes = new byte[IRecordStore.MaxRecordBytes];
        new Random(1).NextBytes(bytes);
        string etag = (await Open("t/large").PutIfAbsentAsync("a", bytes))!;
        Assert.True((await Open("t/large", 1).ReadAsync("a"))!.Value.Bytes.Span.SequenceEqual(bytes));
        bytes[^1] ^= 1;
        Assert.NotNull(await Open("t/large", 1).ReplaceAsync("a", bytes, etag));
        Assert.True((await Open("t/large").ReadAsync("a"))!.Value.Bytes.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task A_record_past_the_limit_is_refused_and_not_written()
    {
        var store = Open("t/over");
        var failure = await Assert.ThrowsAsync<Engine.FlatIndexException>(() => store.PutIfAbsentAsync("a", new byte[IRecordStore.MaxRecordBytes + 1]));
        Assert.Equal(Engine.FlatErrorKind.ResourceLimitExceeded, failure.Kind);
        Assert.Null(await store.ReadAsync("a"));
    }

    private static byte[] Mark(int writer) => [(byte)writer];

    private async Task FindsAsync(string owner, string name, byte[] bytes, string etag)
    {
        for (int silo = 0; silo < 2; silo++)
        {
            var found = await Open(owner, silo).ReadAsync(name);
            Assert.Equal((bytes[0], etag), (found!.Value.Bytes.Span[0], found.Value.ETag));
        }
    }

    private static Task<string?[]> RaceAsync(int count, Func<int, Task<string?>> write)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, count).Select(writer => Task.Run(async () =>
        {
            await start.Task;
            return await write(writer);
        })).ToArray();
        start.SetResult();
        return Task.WhenAll(writers);
    }
}
