using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

[Collection(SharedSilo.Name)]
public class SearchCommandTests(CommandCluster cluster)
{
    [Fact]
    public async Task Json_answers_have_the_spelling_of_the_golden_cases()
    {
        string index = await FilledAsync();
        string line = (await cluster.RunAsync("search", index, "--vector", "0,0,0", "--k", "2", "--metadata", "--json")).Ok().Output;
        Assert.Equal(
            "{\"hits\":[{\"id\":{\"u64\":\"0\"},\"distance\":0,\"distance_bits_hex\":\"00000000\",\"metadata\":{\"even\":true,\"n\":0}},"
            + "{\"id\":{\"u64\":\"1\"},\"distance\":1,\"distance_bits_hex\":\"3f800000\",\"metadata\":{\"even\":false,\"n\":1}}]}\n",
            line);
    }

    [Fact]
    public async Task Ten_hits_are_wanted_where_nothing_is_said()
    {
        var hits = (await cluster.RunAsync("search", await FilledAsync(), "--vector", "[0 0 0]", "--json")).Ok().Json.GetProperty("hits");
        Assert.Equal(Enumerable.Range(0, 10), hits.EnumerateArray().Select(Number));
        Assert.False(hits[0].TryGetProperty("metadata", out _));
    }

    [Fact]
    public async Task A_filter_and_an_explanation_count_every_row()
    {
        var answer = (await cluster.RunAsync(
            "search", await FilledAsync(), "--vector", "0,0,0", "--k", "3", "--filter", "even = true and n > 2", "--explain", "--linearizable", "--json")).Ok().Json;
        Assert.Equal([4, 6, 8], answer.GetProperty("hits").EnumerateArray().Select(Number));
        var shards = answer.GetProperty("shards").EnumerateArray().ToArray();
        Assert.Equal([0, 1, 2], shards.Select(shard => shard.GetProperty("shard").GetInt32()));
        Assert.Equal(20, shards.Sum(shard => shard.GetProperty("rows").GetInt64()));
        Assert.Equal(12, shards.Sum(shard => shard.GetProperty("filtered").GetInt64()));
        Assert.Equal(8, shards.Sum(shard => shard.GetProperty("scanned").GetInt64()));
    }

    [Fact]
    public async Task A_table_shows_hits_and_what_each_shard_did()
    {
        string table = (await cluster.RunAsync("search", await FilledAsync(), "--vector", "0,0,0", "--k", "2", "--metadata", "--explain")).Ok().Output;
        Assert.Contains("even = false, n = 1", table, StringComparison.Ordinal);
        Assert.Contains("filtered", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_row_of_a_file_is_a_query_with_the_answer_it_has_alone()
    {
        using var folder = new TemporaryFolder();
        string index = await FilledAsync();
        string file = folder.File("queries.fvecs");
        RowFile.WriteFvecs(file, Enumerable.Range(0, 300).Select(i => new[] { i / 10f, 0, 0 }));
        var lines = (await cluster.RunAsync("search", index, "--query-file", file, "--all", "--k", "3", "--json")).Ok().JsonLines;
        Assert.Equal(Enumerable.Range(0, 300), lines.Select(line => line.GetProperty("query").GetInt32()));
        var handle = await cluster.Client.OpenAsync(index);
        foreach (int row in new[] { 0, 7, 255, 256, 299 })
        {
            string alone = (await cluster.RunAsync("search", index, "--query-file", file, "--row", $"{row}", "--k", "3", "--json")).Ok().Json.GetProperty("hits").GetRawText();
            Assert.Equal(alone, lines[row].GetProperty("hits").GetRawText());
            var hits = await handle.SearchAsync(new[] { row / 10f, 0, 0 }, 3);
            Assert.Equal(hits.Hits.Select(hit => (int)hit.Id.Number), lines[row].GetProperty("hits").EnumerateArray().Select(Number));
        }
    }

    [Theory]
    [InlineData("n = = 1", "column 5")]
    [InlineData("n in (1", "column 8")]
    [InlineData("(n = 1", "column 7")]
    [InlineData("", "column 1")]
    public async Task A_malformed_filter_points_at_its_column(string filter, string column) =>
        (await cluster.RunAsync("search", "any", "--vector", "1", "--filter", filter)).Fails(ExitCode.BadInput, "invalid filter", column);

    [Fact]
    public async Task A_filter_of_hostile_depth_is_bad_input()
    {
        string filter = new string('(', 100_000) + "n = 1";
        (await cluster.RunAsync("search", await FilledAsync(), "--vector", "1,2,3", "--filter", filter)).Fails(ExitCode.BadInput, "invalid filter");
        filter = string.Concat(Enumerable.Repeat("not ", 65)) + "n = 1";
        (await cluster.RunAsync("search", await FilledAsync(), "--vector", "1,2,3", "--filter", filter)).Fails(ExitCode.BadInput, "invalid filter", "64");
    }

    [Theory]
    [InlineData("expected 3, found 2", "--vector", "1,2")]
    [InlineData("component 1", "--vector", "1,x,2")]
    [InlineData("finite", "--vector", "1,NaN,2")]
    [InlineData("k", "--vector", "1,2,3", "--k", "-1")]
    [InlineData("the index measures Euclidean, the search names Cosine", "--vector", "1,2,3", "--metric", "cosine")]
    [InlineData("neither")]
    [InlineData("both", "--vector", "1,2,3", "--query-file", "queries.fvecs")]
    [InlineData("--query-file", "--vector", "1,2,3", "--all")]
    [InlineData("queries-of-2077.fvecs", "--query-file", "queries-of-2077.fvecs")]
    public async Task A_query_that_cannot_be_is_bad_input(string expected, params string[] args) =>
        (await cluster.RunAsync(["search", await FilledAsync(), .. args])).Fails(ExitCode.BadInput, expected);

    [Fact]
    public async Task A_row_that_a_query_file_does_not_have_is_bad_input()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("queries.fvecs");
        RowFile.WriteFvecs(file, [[1, 2, 3], [4, 5, 6]]);
        (await cluster.RunAsync("search", "any", "--query-file", file, "--row", "2")).Fails(ExitCode.BadInput, file, "expected a row 2", "found 2 rows");
        (await cluster.RunAsync("search", "any", "--query-file", file, "--row", "-1")).Fails(ExitCode.BadInput, "found -1");
        (await cluster.RunAsync("search", "any", "--query-file", file, "--row", "0", "--all")).Fails(ExitCode.BadInput, "found both");
    }

    [Fact]
    public async Task Answers_before_a_bad_query_are_printed_and_its_row_is_named()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("queries.fvecs");
        RowFile.WriteFvecs(file, Enumerable.Range(0, 20).Select(i => new[] { i == 9 ? float.NaN : 1f, 0, 0 }));
        var run = (await cluster.RunAsync("search", await FilledAsync(), "--query-file", file, "--all", "--k", "1", "--json")).Fails(ExitCode.BadInput, file, "row 9");
        Assert.Equal(9, run.JsonLines.Length);
    }

    private static int Number(JsonElement hit) =>
        int.Parse(hit.GetProperty("id").GetProperty("u64").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>An index of 20 rows: row i lies at (i, 0, 0).</summary>
    private async Task<string> FilledAsync()
    {
        string index = await cluster.NewIndexAsync();
        await (await cluster.Client.OpenAsync(index)).InsertBatchAsync([.. Enumerable.Range(0, 20).Select(i =>
            new Row((ulong)i, new float[] { i, 0, 0 }, Metadata.From(("n", (long)i), ("even", i % 2 == 0))))]);
        return index;
    }
}
