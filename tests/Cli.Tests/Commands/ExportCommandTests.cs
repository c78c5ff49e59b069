using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

[Collection(SharedSilo.Name)]
public class ExportCommandTests(CommandCluster cluster)
{
    [Fact]
    public async Task What_was_exported_and_ingested_again_exports_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        string first = await cluster.NewIndexAsync(shards: 3);
        var handle = await cluster.Client.OpenAsync(first);
        await handle.InsertBatchAsync(
        [
            new(7, new[] { 1f / 3, -0f, 1e-45f }, Metadata.From(("year", 2024L), ("name", "\u00e9\u4e2d'\"\n"), ("", true))),
            new(ulong.MaxValue, new[] { float.MaxValue, -1e-20f, 2 }, Metadata.From(("nan", double.NaN), ("odd", BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0001)))),
            new(RowId.FromBytes([0]), new float[3], Metadata.From(("zero", -0.0), ("one", 1.0), ("none", MetadataValue.Null), ("most", double.PositiveInfinity))),
            .. Enumerable.Range(100, 500).Select(i => new Row((ulong)i, RowFile.Vector(i))),
        ]);
        await handle.UpsertAsync(new(7, new float[] { 3, 2, 1 }));
        await handle.DeleteAsync(200);
        string file = folder.File("rows.jsonl");
        var run = (await cluster.RunAsync("export", first, file, "--json")).Ok();
        Assert.Equal(502, run.Json.GetProperty("rows").GetInt32());

        string second = await cluster.NewIndexAsync(shards: 2);
        (await cluster.RunAsync("ingest", second, file)).Ok();
        (await cluster.RunAsync("export", second, folder.File("again.jsonl"))).Ok();
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder.File("again.jsonl")));
    }

    [Theory]
    [InlineData("vectors.fvecs")]
    [InlineData("vectors.npy")]
    public async Task Vectors_alone_come_in_the_order_of_insertion(string name)
    {
        using var folder = new TemporaryFolder();
        string index = await cluster.NewIndexAsync();
        var handle = await cluster.Client.OpenAsync(index);
        await handle.InsertBatchAsync([.. Enumerable.Range(0, 100).Select(i => new Row((ulong)(1000 - i), RowFile.Vector(i)))]);
        (await cluster.RunAsync("export", index, folder.File(name))).Ok();
        using var reader = RowFiles.Open(folder.File(name));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => RowFile.Vector(i)), reader.ToRows().Select(row => row.Vector.ToArray()));
    }

    [Fact]
    public async Task An_export_that_fails_leaves_what_was_there()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("rows.jsonl");
        File.WriteAllText(file, "before");
        (await cluster.RunAsync("export", "films-of-2077", file)).Fails(ExitCode.Failed);
        Assert.Equal("before", File.ReadAllText(file));
        Assert.Equal(["rows.jsonl"], folder.Names());
        (await cluster.RunAsync("export", await cluster.NewIndexAsync(), file)).Ok();
        Assert.Equal("", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("rows.txt", ".jsonl, .ndjson, .csv, .fvecs")]
    [InlineData("rows", ".jsonl, .ndjson, .csv, .fvecs")]
    [InlineData("no-such-folder/rows.jsonl", "cannot be written")]
    public async Task A_file_that_cannot_be_made_is_bad_input(string file, string expected) =>
        (await cluster.RunAsync("export", await cluster.NewIndexAsync(), file)).Fails(ExitCode.BadInput, file, expected);
}
