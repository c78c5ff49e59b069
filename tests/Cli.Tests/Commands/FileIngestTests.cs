using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands.Ingest;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>Whatever an interrupted run left behind, a resumed one ends as if nothing had been interrupted: the same rows, in the file's order.</summary>
[Collection(SharedSilo.Name)]
public class FileIngestTests(CommandCluster cluster)
{
    private const int Count = 120;

    [Theory]
    [InlineData(false, Count, 15)]
    [InlineData(true, Count, 15)]
    [InlineData(false, 30 * Count, 2)]
    public async Task Any_subset_of_a_batch_may_have_been_left_behind(bool upsert, int count, int turns)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.jsonl");
        var rows = Rows(count);
        RowFile.Write(file, 3, rows);
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int turn = 0; turn < turns; turn++)
        {
            var handle = await cluster.Client.CreateAsync(cluster.NewName(), new(3, Metric.Euclidean, 3));
            int prefix = random.Next(count / 2);
            await handle.InsertBatchAsync([.. rows.Take(prefix)]);

            // Two interrupted batches, the second of which wrote some of the first one's rows anew.
            for (int interrupted = 0; interrupted < 2; interrupted++)
                await handle.UpsertBatchAsync([.. rows.Skip(prefix).Take(random.Next(1, count)).Where(_ => random.Next(2) == 0)]);
            var ingest = new FileIngest(handle, file, new(upsert, Resume: true, random.Next(1, count / 2)));
            await ingest.SkipAsync(null, default);
            await ingest.WriteAsync(null, default);
            Assert.True(ingest.Skipped >= prefix && ingest.RowsIn == count, $"seed {seed}, turn {turn}: {prefix} {ingest.Skipped} {ingest.RowsIn}");
            var found = new List<Row>();
            await foreach (var row in handle.ExportAsync())
                found.Add(new(row.Id, row.Vector, row.Metadata));
            RowFile.Write(folder.File("copy.jsonl"), 3, found);
            Assert.True(
                File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("copy.jsonl"))), $"seed {seed}, turn {turn}: another order or other rows");
        }
    }

    [Fact]
    public async Task Rows_that_are_in_but_out_of_order_are_put_in_order()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.jsonl");
        var rows = Rows();
        RowFile.Write(file, 3, rows);
        string index = await cluster.NewIndexAsync();
        await (await cluster.Client.OpenAsync(index)).InsertBatchAsync([.. rows.AsEnumerable().Reverse()]);
        var run = (await cluster.RunAsync("ingest", index, file, "--resume", "--json")).Ok();
        Assert.Equal(1, run.Json.GetProperty("skipped").GetInt32());
        (await cluster.RunAsync("export", index, folder.File("copy.jsonl"))).Ok();
        Assert.Equal(File.ReadAllText(file), File.ReadAllText(folder.File("copy.jsonl")));
    }

    [Theory]
    [InlineData(70, 65)]
    [InlineData(100, 12)]
    public async Task A_duplicate_behind_the_remainder_of_a_batch_is_still_one(int at, int of)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.jsonl");
        var rows = Rows();
        rows[at] = rows[at] with { Id = rows[of].Id };
        RowFile.Write(file, 3, rows);
        string index = await cluster.NewIndexAsync();
        var handle = await cluster.Client.OpenAsync(index);
        await handle.InsertBatchAsync([.. rows.Take(60), rows[62], rows[64]]);
        (await cluster.RunAsync("ingest", index, file, "--resume")).Fails(ExitCode.Failed, $"row {at}", "duplicate id");
        Assert.Equal(at, await handle.CountAsync());
    }

    [Fact]
    public async Task Changed_metadata_counts_as_other_content()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.jsonl");
        var rows = Rows();
        RowFile.Write(file, 3, rows);
        string index = await cluster.NewIndexAsync();
        rows[3] = rows[3] with { Metadata = Metadata.From(("year", 1L)) };
        await (await cluster.Client.OpenAsync(index)).InsertBatchAsync(rows);
        (await cluster.RunAsync("ingest", index, file, "--resume")).Fails(ExitCode.Failed, "row 3", "duplicate id");
    }

    /// <summary>Rows with ids of both kinds, some with metadata.</summary>
    private static List<Row> Rows(int count = Count) => [.. Enumerable.Range(0, count).Select(i => new Row(
        i % 3 == 0 ? RowId.FromBytes([(byte)i, (byte)(i >> 8), 7]) : (RowId)(ulong)(i * 31),
        RowFile.Vector(i),
        i % 2 == 0 ? null : Metadata.From(("n", (long)i), ("name", $"row {i}"))))];
}
