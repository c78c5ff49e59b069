using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

[Collection(SharedSilo.Name)]
public class RowCommandsTests(CommandCluster cluster)
{
    [Theory]
    [InlineData("0", "{\"u64\":\"0\"}")]
    [InlineData("18446744073709551615", "{\"u64\":\"18446744073709551615\"}")]
    [InlineData("0x01", "{\"bytes\":\"01\"}")]
    [InlineData("0x00ff", "{\"bytes\":\"00ff\"}")]
    public async Task An_id_of_any_kind_finds_its_row_and_no_other(string text, string json)
    {
        string index = await cluster.NewIndexAsync();
        var handle = await cluster.Client.OpenAsync(index);
        await handle.InsertBatchAsync([new(1, new float[] { 9, 9, 9 }), new(RowIdText.Parse(text), new[] { 1, -0f, 1e-45f }, Metadata.From(("a", 1L)))]);
        var row = Assert.Single((await cluster.RunAsync("get", index, text, "--json")).Ok().Json.GetProperty("rows").EnumerateArray());
        Assert.Equal(json, row.GetProperty("id").GetRawText());
        Assert.Equal([1, -0f, 1e-45f], row.GetProperty("vector").EnumerateArray().Select(component => component.GetSingle()));
        Assert.Equal(1, row.GetProperty("metadata").GetProperty("a").GetInt64());
        string table = (await cluster.RunAsync("get", index, text)).Ok().Output;
        Assert.Contains(text, table, StringComparison.Ordinal);
        Assert.Contains("a = 1", table, StringComparison.Ordinal);
        (await cluster.RunAsync("delete", index, text)).Ok();
        Assert.Equal(1, await handle.CountAsync());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("18446744073709551616")]
    [InlineData("0x")]
    [InlineData("0x1")]
    [InlineData("abc")]
    public async Task What_is_no_id_is_bad_input(string text)
    {
        string index = await cluster.NewIndexAsync();
        (await cluster.RunAsync("get", index, text)).Fails(ExitCode.BadInput);
        (await cluster.RunAsync("delete", index, "1", text)).Fails(ExitCode.BadInput);
    }

    [Fact]
    public async Task An_id_that_is_too_long_is_bad_input()
    {
        string index = await cluster.NewIndexAsync();
        (await cluster.RunAsync("get", index, "0x" + new string('a', 2050))).Fails(ExitCode.BadInput, "1025");
    }

    [Fact]
    public async Task An_id_that_is_not_there_is_told_after_the_rows_that_are()
    {
        string index = await cluster.NewIndexAsync();
        await (await cluster.Client.OpenAsync(index)).InsertAsync(new(7, new float[3]));
        var run = (await cluster.RunAsync("get", index, "6", "7", "--json")).Fails(ExitCode.Failed, "NotFound");
        var rows = run.Json.GetProperty("rows");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, rows[0].ValueKind);
        Assert.Equal("7", rows[1].GetProperty("id").GetProperty("u64").GetString());
        (await cluster.RunAsync("get", index, "6")).Fails(ExitCode.Failed, "not found", "6");
    }

    [Fact]
    public async Task Deleting_counts_what_was_there_and_an_id_given_twice_once()
    {
        string index = await cluster.NewIndexAsync();
        var handle = await cluster.Client.OpenAsync(index);
        await handle.InsertBatchAsync([new(1, new float[3]), new(2, new float[3]), new(3, new float[3])]);
        var removed = (await cluster.RunAsync("delete", index, "1", "2", "1", "5", "--json")).Ok().Json;
        Assert.Equal((3, 2), (removed.GetProperty("asked").GetInt32(), removed.GetProperty("removed").GetInt32()));
        (await cluster.RunAsync("delete", index, "1")).Fails(ExitCode.Failed, "not found", "1");
        Assert.Equal(1, await handle.CountAsync());
    }
}
