using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

[Collection(SharedSilo.Name)]
public class BackupCommandsTests(CommandCluster cluster)
{
    [Fact]
    public async Task What_was_backed_up_is_checked_restored_and_verified()
    {
        using var folder = new TemporaryFolder();
        string index = await FilledAsync();
        string file = folder.File("films.backup");
        var backup = (await cluster.RunAsync("backup", index, "--out", file, "--json")).Ok().Json;
        Assert.Equal((200, 3, 0), (backup.GetProperty("rows").GetInt32(), backup.GetProperty("shards").GetInt32(), backup.GetProperty("fenced").GetInt32()));
        Assert.True(backup.GetProperty("pause_ms").GetDouble() > 0);
        Assert.Equal(new FileInfo(file).Length, backup.GetProperty("bytes").GetInt64());
        Assert.Equal(["films.backup"], folder.Names());
        string digest = backup.GetProperty("digest").GetString()!;
        Assert.Equal(digest, (await cluster.RunAsync("verify", "--file", file, "--json")).Ok().Json.GetProperty("digest").GetString());

        string copy = cluster.NewName();
        var restored = (await cluster.RunAsync("restore", file, "--name", copy, "--shards", "8", "--json")).Ok().Json;
        Assert.Equal((copy, 8), (restored.GetProperty("restored_as").GetString(), restored.GetProperty("shards").GetInt32()));
        var verified = (await cluster.RunAsync("verify", copy, "--json")).Ok().Json;
        Assert.True(verified.GetProperty("sound").GetBoolean());
        Assert.Equal((digest, 200), (verified.GetProperty("digest").GetString(), verified.GetProperty("rows").GetInt32()));
        Assert.All(verified.GetProperty("shards").EnumerateArray(), shard => Assert.True(shard.GetProperty("compared_with_memory").GetBoolean()));
        foreach (string name in new[] { index, copy })
            (await cluster.RunAsync("export", name, folder.File($"{name}.jsonl"))).Ok();
        Assert.Equal(File.ReadAllBytes(folder.File($"{index}.jsonl")), File.ReadAllBytes(folder.File($"{copy}.jsonl")));
    }

    [Fact]
    public async Task For_people_there_is_a_sentence_with_the_pause_and_the_digest()
    {
        using var folder = new TemporaryFolder();
        string index = await FilledAsync();
        string said = (await cluster.RunAsync("backup", index, "--out", folder.File("a"))).Ok().Output;
        Assert.Contains($"200 rows of {index}", said, StringComparison.Ordinal);
        Assert.Contains("writes paused for", said, StringComparison.Ordinal);
        Assert.Contains("digest", said, StringComparison.Ordinal);
        Assert.Contains($"{index} is sound: 200 rows", (await cluster.RunAsync("verify", index)).Ok().Output, StringComparison.Ordinal);
        Assert.Contains($"{index} is sound", (await cluster.RunAsync("verify")).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_fails_leaves_what_was_there()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("films.backup");
        File.WriteAllText(file, "before");
        (await cluster.RunAsync("backup", "films-of-2077", "--out", file)).Fails(ExitCode.Failed);
        Assert.Equal("before", File.ReadAllText(file));
        Assert.Equal(["films.backup"], folder.Names());
        (await cluster.RunAsync("backup", "films", "--out", folder.File("no-such-folder/films.backup"))).Fails(ExitCode.BadInput, "cannot be written");
        (await cluster.RunAsync("backup", "films", "--out", file, "--lease", "0")).Fails(ExitCode.BadInput, "1 to 3,600", "found 0");
    }

    [Fact]
    public async Task A_damaged_backup_is_named_with_its_place_and_nothing_is_made_of_it()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("films.backup");
        (await cluster.RunAsync("backup", await FilledAsync(), "--out", file)).Ok();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        string name = cluster.NewName();
        (await cluster.RunAsync("verify", "--file", file)).Fails(ExitCode.Failed, file, "backup block", "at byte", "is damaged");
        (await cluster.RunAsync("restore", file, "--name", name)).Fails(ExitCode.Failed, file, "backup block", "at byte", "is damaged");
        Assert.DoesNotContain(name, await cluster.Client.ListNamesAsync());
        (await cluster.RunAsync("verify", "--file", folder.File("none"))).Fails(ExitCode.BadInput, "cannot be read");
        (await cluster.RunAsync("verify", "films", "--file", file)).Fails(ExitCode.BadInput, "either an index or a backup");
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        using var folder = new TemporaryFolder();
        string index = await FilledAsync();
        (await cluster.RunAsync("backup", index, "--out", folder.File("a"))).Ok();
        (await cluster.RunAsync("restore", folder.File("a"))).Fails(ExitCode.Failed, "index exists", index);
        (await cluster.RunAsync("restore", folder.File("a"), "--name", cluster.NewName(), "--shards", "5000")).Fails(ExitCode.BadInput, "1 to 4096", "5000");
    }

    [Fact]
    public async Task Verifying_an_index_that_is_not_there_fails() =>
        (await cluster.RunAsync("verify", "films-of-2077")).Fails(ExitCode.Failed, "films-of-2077");

    private async Task<string> FilledAsync()
    {
        string index = await cluster.NewIndexAsync(shards: 3);
        var handle = await cluster.Client.OpenAsync(index);
        await handle.InsertBatchAsync([.. Enumerable.Range(0, 201).Select(i => new Row((ulong)i, RowFile.Vector(i), Metadata.From(("i", (long)i))))]);
        await handle.UpsertAsync(new(7, new float[] { 3, 2, 1 }));
        await handle.DeleteAsync(20);
        return index;
    }
}
