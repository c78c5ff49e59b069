using System.Globalization;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>Bounded searches, groups, fused ranks, lists, counts and named vectors on the command line.</summary>
[Collection(SharedSilo.Name)]
public class RankedCommandTests(CommandCluster cluster)
{
    [Fact]
    public async Task A_search_is_bounded_by_distance_offset_ties_and_cursor()
    {
        string index = await FilledAsync();
        Assert.Equal([2, 3, 4, 5], await HitsAsync(index, "--radius", "5", "--min-distance", "2"));
        Assert.Equal([0, 1], await HitsAsync(index, "--radius", "5", "--k", "2"));
        Assert.Equal([3, 4], await HitsAsync(index, "--k", "2", "--offset", "3"));
        await (await cluster.Client.OpenAsync(index)).InsertAsync(new(100, new float[] { 1, 0, 0 }));
        Assert.Equal([0, 1, 100], await HitsAsync(index, "--k", "2", "--include-ties"));
        var first = (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--k", "2", "--cursor", "first", "--json")).Ok().Json;
        Assert.Equal([100, 2], await HitsAsync(index, "--k", "2", "--cursor", first.GetProperty("cursor").GetString()!));
        Assert.Contains("more with --cursor", (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--k", "2", "--cursor", "first")).Ok().Output, StringComparison.Ordinal);
        (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--min-score", "1")).Fails(ExitCode.BadInput, "expected a greatest distance for Euclidean");
        (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--cursor", "x")).Fails(ExitCode.BadInput, "expected the cursor of a hit");
    }

    [Fact]
    public async Task Groups_and_fused_ranks_are_told()
    {
        using var folder = new TemporaryFolder();
        string index = await FilledAsync();
        var groups = (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--group-by", "even", "--per-group", "2", "--json")).Ok().Json.GetProperty("groups");
        Assert.Equal(["True: 0 2", "False: 1 3"], groups.EnumerateArray().Select(group => $"{group.GetProperty("value").GetBoolean()}: {string.Join(' ', group.GetProperty("hits").EnumerateArray().Select(Number))}"));
        Assert.Contains("true", (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--group-by", "even")).Ok().Output, StringComparison.Ordinal);
        string file = folder.File("queries.fvecs");
        RowFile.WriteFvecs(file, [[0, 0, 0], [4, 0, 0]]);
        var fused = (await cluster.RunAsync("search", index, "--query-file", file, "--fuse", "--k", "3", "--json")).Ok().Json.GetProperty("hits");
        Assert.Equal((1.0 / 65) + (1.0 / 61), fused[0].GetProperty("score").GetDouble(), 15);
        Assert.Equal(4, Number(fused[0]));
        Assert.Contains("score", (await cluster.RunAsync("search", index, "--query-file", file, "--fuse")).Ok().Output, StringComparison.Ordinal);
        (await cluster.RunAsync("search", index, "--query-file", file, "--fuse", "--group-by", "n")).Fails(ExitCode.BadInput, "--group-by");
        (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--per-group", "2")).Fails(ExitCode.BadInput, "--per-group together with --group-by");
        (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--depth", "2")).Fails(ExitCode.BadInput, "--depth together with --fuse");
        (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--group-by", "n", "--explain")).Fails(ExitCode.BadInput, "--explain");
        (await cluster.RunAsync("search", index, "--query-file", file, "--fuse", "--cursor", "start")).Fails(ExitCode.BadInput, "--cursor");
    }

    [Fact]
    public async Task Rows_are_listed_counted_and_removed_by_filter()
    {
        string index = await FilledAsync();
        var page = (await cluster.RunAsync("rows", index, "--order-by", "even:desc", "--order-by", "n:desc", "--limit", "3", "--json")).Ok().Json;
        Assert.Equal([18, 16, 14], page.GetProperty("rows").EnumerateArray().Select(Number));
        Assert.False(page.GetProperty("rows")[0].TryGetProperty("vector", out _));
        var next = (await cluster.RunAsync(
            "rows", index, "--order-by", "even:desc", "--order-by", "n:desc", "--limit", "3", "--vectors", "--cursor", page.GetProperty("cursor").GetString()!, "--json")).Ok().Json;
        Assert.Equal([12, 10, 8], next.GetProperty("rows").EnumerateArray().Select(Number));
        Assert.Equal(12, next.GetProperty("rows")[0].GetProperty("vector")[0].GetInt32());
        Assert.Contains("more with --cursor", (await cluster.RunAsync("rows", index, "--limit", "3", "--offset", "2")).Ok().Output, StringComparison.Ordinal);
        Assert.Equal(10, (await cluster.RunAsync("count", index, "--filter", "even = true", "--json")).Ok().Json.GetProperty("rows").GetInt32());
        Assert.Equal(10, (await cluster.RunAsync("delete", index, "--filter", "even = true", "--json")).Ok().Json.GetProperty("removed").GetInt32());
        Assert.Equal("10\n", (await cluster.RunAsync("count", index)).Ok().Output.ReplaceLineEndings("\n"));
        (await cluster.RunAsync("delete", index)).Fails(ExitCode.BadInput, "found neither");
        (await cluster.RunAsync("delete", index, "7", "--filter", "n = 1")).Fails(ExitCode.BadInput, "found both");
    }

    [Fact]
    public async Task Rows_with_several_vectors_are_made_written_searched_shown_and_exported()
    {
        using var folder = new TemporaryFolder();
        string index = cluster.NewName();
        (await cluster.RunAsync("create", index, "--vector", "title:2:cosine", "--vector", "body:3:dotproduct", "--shards", "2")).Ok();
        var described = (await cluster.RunAsync("describe", index, "--json")).Ok().Json.GetProperty("vectors");
        Assert.Equal("body", described[1].GetProperty("name").GetString());
        string file = folder.File("rows.jsonl");
        string[] lines =
        [
            "{\"id\":{\"u64\":\"1\"},\"vectors\":{\"title\":[1,0],\"body\":[1,2,3]},\"metadata\":{\"a\":1}}",
            "{\"id\":{\"u64\":\"2\"},\"vectors\":{\"body\":[3,2,1]}}",
            "{\"id\":{\"u64\":\"3\"},\"vectors\":{}}",
        ];
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n", TestContext.Current.CancellationToken);
        (await cluster.RunAsync("ingest", index, file)).Ok();
        (await cluster.RunAsync("ingest", index, file, "--resume")).Ok();
        var hits = (await cluster.RunAsync("search", index, "--vector", "1,0,0", "--vector-name", "body", "--json")).Ok().Json.GetProperty("hits");
        Assert.Equal([2, 1], hits.EnumerateArray().Select(Number));
        (await cluster.RunAsync("search", index, "--vector", "1,0,0")).Fails(ExitCode.BadInput, "'title', 'body'");
        var row = (await cluster.RunAsync("get", index, "1", "--json")).Ok().Json.GetProperty("rows")[0];
        Assert.Equal("{\"title\":[1,0],\"body\":[1,2,3]}", row.GetProperty("vectors").GetRawText());
        Assert.Contains("title: 1, 0", (await cluster.RunAsync("get", index, "1")).Ok().Output, StringComparison.Ordinal);
        string exported = folder.File("out.jsonl");
        (await cluster.RunAsync("export", index, exported)).Ok();
        Assert.Equal(lines, await File.ReadAllLinesAsync(exported, TestContext.Current.CancellationToken));
        (await cluster.RunAsync("export", index, folder.File("out.npy"))).Fails(ExitCode.BadInput, "JSON lines");
        await File.WriteAllTextAsync(file, "{\"id\":9,\"vectors\":{\"body\":[3,2]}}\n", TestContext.Current.CancellationToken);
        (await cluster.RunAsync("ingest", index, file)).Fails(ExitCode.BadInput, "expected 3, found 2");
        (await cluster.RunAsync("create", index + "x", "--vector", "title:2")).Fails(ExitCode.BadInput, "name:dimension:metric");
        (await cluster.RunAsync("create", index + "x", "--vector", "title:2:cosine", "--dimension", "3", "--metric", "cosine")).Fails(ExitCode.BadInput, "found both");
        (await cluster.RunAsync("create", index + "x", "--dimension", "3")).Fails(ExitCode.BadInput, "--metric");
    }

    private static int Number(JsonElement row) => int.Parse(row.GetProperty("id").GetProperty("u64").GetString()!, CultureInfo.InvariantCulture);

    private async Task<IEnumerable<int>> HitsAsync(string index, params string[] args) =>
        (await cluster.RunAsync(["search", index, "--vector", "0,0,0", .. args, "--json"])).Ok().Json.GetProperty("hits").EnumerateArray().Select(Number);

    /// <summary>An index of 20 rows: row i lies at (i, 0, 0).</summary>
    private async Task<string> FilledAsync()
    {
        string index = await cluster.NewIndexAsync();
        await (await cluster.Client.OpenAsync(index)).InsertBatchAsync([.. Enumerable.Range(0, 20).Select(i =>
            new Row((ulong)i, new float[] { i, 0, 0 }, Metadata.From(("n", (long)i), ("even", i % 2 == 0))))]);
        return index;
    }
}
