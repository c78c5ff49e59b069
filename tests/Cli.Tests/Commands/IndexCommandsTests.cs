using System.Text.Json;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Tests.Commands;

[Collection(SharedSilo.Name)]
public class IndexCommandsTests(CommandCluster cluster)
{
    [Theory]
    [InlineData("euclidean", "Euclidean")]
    [InlineData("SquaredEuclidean", "SquaredEuclidean")]
    [InlineData("COSINE", "Cosine")]
    [InlineData("dotproduct", "DotProduct")]
    [InlineData("manhattan", "Manhattan")]
    [InlineData("hamming", "Hamming")]
    public async Task An_index_is_what_it_was_created_as(string metric, string name)
    {
        string index = cluster.NewName();
        var created = (await cluster.RunAsync("create", index, "--dimension", "5", "--metric", metric, "--shards", "2", "--json")).Ok().Json;
        var described = (await cluster.RunAsync("describe", index, "--json")).Ok().Json;
        Assert.Equal(created.EnumerateObject().Select(each => each.ToString()), described.EnumerateObject().Select(each => each.ToString()).SkipLast(1));
        Assert.Equal(["0", "1"], described.GetProperty("placement").EnumerateArray().Select(shard => shard.GetProperty("shard").ToString()));
        Assert.Equal(
            (index, 5, name, 2),
            (described.GetProperty("name").GetString(),
            described.GetProperty("dimension").GetInt32(),
            described.GetProperty("metric").GetString(),
            described.GetProperty("shards").GetInt32()));
    }

    [Fact]
    public async Task An_index_has_codes_unless_it_is_created_without()
    {
        string usual = cluster.NewName();
        string without = cluster.NewName();
        Assert.True((await cluster.RunAsync("create", usual, "--dimension", "64", "--metric", "cosine", "--json")).Ok().Json.GetProperty("codes").GetBoolean());
        string[] create = ["create", without, "--dimension", "64", "--metric", "cosine", "--json"];
        Assert.False((await cluster.RunAsync([.. create, "--without-codes"])).Ok().Json.GetProperty("codes").GetBoolean());
        Assert.False((await cluster.RunAsync("describe", without, "--json")).Ok().Json.GetProperty("codes").GetBoolean());
        Assert.False((await cluster.RunAsync("stats", without, "--json")).Ok().Json.GetProperty("codes").GetBoolean());
        (await cluster.RunAsync([.. create, "--if-not-exists"])).Fails(ExitCode.Failed, "index exists", without);
    }

    [Theory]
    [InlineData("0", "euclidean", "1", "the dimension is 1 to 65536, found 0")]
    [InlineData("65537", "euclidean", "1", "found 65537")]
    [InlineData("3", "l2", "1", "expected euclidean, squaredeuclidean, cosine, dotproduct, manhattan or hamming as the metric, found 'l2'")]
    [InlineData("3", "1", "1", "found '1'")]
    [InlineData("3", "cosine", "0", "the number of shards is 1 to 4096, found 0")]
    public async Task Settings_that_no_index_accepts_are_bad_input(string dimension, string metric, string shards, string expected) =>
        (await cluster.RunAsync("create", "never-made", "--dimension", dimension, "--metric", metric, "--shards", shards)).Fails(ExitCode.BadInput, expected);

    [Fact]
    public async Task A_name_that_no_index_may_have_is_bad_input() =>
        (await cluster.RunAsync("create", "Films!", "--dimension", "3", "--metric", "cosine")).Fails(ExitCode.BadInput, "Films!");

    [Fact]
    public async Task Making_an_index_again_fails_unless_it_may_be_there()
    {
        string index = await cluster.NewIndexAsync(shards: 2);
        string[] again = ["create", index, "--dimension", "3", "--metric", "euclidean", "--shards", "2"];
        (await cluster.RunAsync(again)).Fails(ExitCode.Failed, "index exists", index);
        (await cluster.RunAsync([.. again, "--if-not-exists"])).Ok();
        (await cluster.RunAsync("create", index, "--dimension", "4", "--metric", "euclidean", "--shards", "2", "--if-not-exists"))
            .Fails(ExitCode.Failed, "index exists", index);
    }

    [Fact]
    public async Task A_renamed_index_keeps_its_rows_and_leaves_its_old_name()
    {
        string index = await cluster.NewIndexAsync();
        await (await cluster.Client.OpenAsync(index)).InsertAsync(new(7, new float[3]));
        string renamed = cluster.NewName();
        (await cluster.RunAsync("rename", index, renamed)).Ok();
        (await cluster.RunAsync("get", renamed, "7")).Ok();
        (await cluster.RunAsync("describe", index)).Fails(ExitCode.Failed, "index not found", index);
        (await cluster.RunAsync("rename", renamed, await cluster.NewIndexAsync())).Fails(ExitCode.Failed, "index exists");
    }

    [Fact]
    public async Task Dropping_takes_a_yes()
    {
        string index = await cluster.NewIndexAsync();
        (await cluster.RunAsync("drop", index)).Fails(ExitCode.BadInput, "--yes");
        (await cluster.RunAsync("describe", index)).Ok();
        var dropped = (await cluster.RunAsync("drop", index, "--yes", "--json")).Ok();
        Assert.Equal(index, dropped.Json.GetProperty("dropped").GetString());
        (await cluster.RunAsync("drop", index, "--yes")).Fails(ExitCode.Failed, "index not found", index);
    }

    [Fact]
    public async Task All_indexes_are_listed_in_the_order_of_their_names()
    {
        string[] made = [await cluster.NewIndexAsync(), await cluster.NewIndexAsync()];
        string?[] names = [.. (await cluster.RunAsync("list", "--json")).Ok().Json.GetProperty("indexes").EnumerateArray().Select(Name)];
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.All(made, name => Assert.Contains(name, names));
        string table = (await cluster.RunAsync("list")).Ok().Output;
        Assert.All(made, name => Assert.Contains(name, table, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stats_add_up_over_shards()
    {
        string index = await cluster.NewIndexAsync(shards: 3);
        var handle = await cluster.Client.OpenAsync(index);
        await handle.InsertBatchAsync([.. Enumerable.Range(0, 100).Select(i => new Engine.Row((ulong)i, new float[3]))]);
        var stats = (await cluster.RunAsync("stats", index, "--json")).Ok().Json;
        Assert.Equal(("flat", 100), (stats.GetProperty("index_type").GetString(), stats.GetProperty("vectors").GetInt32()));
        var shards = stats.GetProperty("shards").EnumerateArray().ToArray();
        Assert.Equal([0, 1, 2], shards.Select(shard => shard.GetProperty("shard").GetInt32()));
        foreach (string sum in new[] { "vectors", "memory_bytes", "disk_bytes" })
            Assert.Equal(stats.GetProperty(sum).GetInt64(), shards.Sum(shard => shard.GetProperty(sum).GetInt64()));
        Assert.Contains("100", (await cluster.RunAsync("stats", index)).Ok().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("describe", "films-of-2077")]
    [InlineData("stats", "films-of-2077")]
    [InlineData("get", "films-of-2077", "1")]
    [InlineData("delete", "films-of-2077", "1")]
    [InlineData("search", "films-of-2077", "--vector", "1,2,3")]
    [InlineData("export", "films-of-2077", "never-made.jsonl")]
    [InlineData("rename", "films-of-2077", "films")]
    [InlineData("move", "films-of-2077", "0", "--to", "silo-1")]
    [InlineData("rebalance", "films-of-2077")]
    public async Task An_index_that_is_not_there_is_named(params string[] args)
    {
        (await cluster.RunAsync(args)).Fails(ExitCode.Failed, "index not found: there is no index named 'films-of-2077'");
        var error = JsonDocument.Parse((await cluster.RunAsync([.. args, "--json"])).Error).RootElement.GetProperty("error");
        Assert.Equal("IndexNotFound", error.GetProperty("kind").GetString());
        Assert.False(File.Exists("never-made.jsonl"));
    }

    private static string? Name(JsonElement index) => index.GetProperty("name").GetString();
}
