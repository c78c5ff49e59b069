using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

[Collection(SharedSilo.Name)]
public class IngestCommandTests(CommandCluster cluster)
{
    [Fact]
    public async Task A_row_that_is_not_finite_is_named_and_those_before_it_stay()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.fvecs");
        string index = await cluster.NewIndexAsync();
        RowFile.WriteFvecs(file, Enumerable.Range(0, 71_000).Select(i => i == 70_000 ? [1, float.NaN, 2] : new float[] { i, 1, 2 }));
        var run = (await cluster.RunAsync("ingest", index, file)).Fails(ExitCode.BadInput, file, "row 70000 (counted from 0)", "component 1 is NaN");
        Assert.Contains("70,000 rows", run.Error, StringComparison.Ordinal);
        Assert.Contains("--resume", run.Error, StringComparison.Ordinal);
        Assert.Equal(70_000, await CountAsync(index));

        (await cluster.RunAsync("ingest", index, file, "--resume")).Fails(ExitCode.BadInput, "row 70000");
        RowFile.WriteFvecs(file, Enumerable.Range(0, 71_000).Select(i => new float[] { i, 1, 2 }));
        var done = (await cluster.RunAsync("ingest", index, file, "--resume", "--json")).Ok().Json;
        Assert.Equal(
            (true, 71_000, 70_000),
            (done.GetProperty("complete").GetBoolean(), done.GetProperty("rows").GetInt32(), done.GetProperty("skipped").GetInt32()));
        await ExportsAsAsync(index, file);
    }

    [Fact]
    public async Task A_row_of_another_dimension_is_named()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.fvecs");
        string index = await cluster.NewIndexAsync();
        RowFile.WriteFvecs(file, Enumerable.Range(0, 5_000).Select(i => new float[i == 4_321 ? 4 : 3]));
        (await cluster.RunAsync("ingest", index, file)).Fails(ExitCode.BadInput, file, "row 4321", "expected 3 components", "found 4");
        Assert.Equal(4_321, await CountAsync(index));
    }

    [Theory]
    [InlineData("base.fvecs")]
    [InlineData("base.npy")]
    [InlineData("base.jsonl")]
    public async Task A_file_of_another_dimension_than_the_index_leaves_it_empty(string name)
    {
        using var folder = new TemporaryFolder();
        string index = await cluster.NewIndexAsync(dimension: 5);
        RowFile.Write(folder.File(name), 3, Rows(20));
        (await cluster.RunAsync("ingest", index, folder.File(name))).Fails(ExitCode.BadInput, folder.File(name), "row 0", "expected 5, found 3");
        Assert.Equal(0, await CountAsync(index));
    }

    [Fact]
    public async Task A_file_that_was_cut_short_keeps_its_whole_rows_and_goes_on_when_it_is_whole()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.fvecs");
        string index = await cluster.NewIndexAsync();
        RowFile.Write(file, 3, Rows(3_000));
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..((2_000 * 16) + 9)]);
        (await cluster.RunAsync("ingest", index, file)).Fails(ExitCode.BadInput, file, "row 2000", "the file ends after 5 of the row's 12 bytes");
        Assert.Equal(2_000, await CountAsync(index));
        File.WriteAllBytes(file, whole);
        (await cluster.RunAsync("ingest", index, file, "--resume")).Ok();
        await ExportsAsAsync(index, file);
    }

    [Fact]
    public async Task A_duplicate_in_the_middle_is_named_and_the_mended_file_completes()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.jsonl");
        string index = await cluster.NewIndexAsync();
        var rows = Rows(3_000);
        RowFile.Write(file, 3, rows.Select((row, i) => i == 1_500 ? row with { Id = 10 } : row));
        (await cluster.RunAsync("ingest", index, file, "--batch-rows", "400")).Fails(ExitCode.Failed, file, "row 1500", "duplicate id", "10");
        Assert.Equal(1_500, await CountAsync(index));
        (await cluster.RunAsync("ingest", index, file, "--resume")).Fails(ExitCode.Failed, "row 1500", "duplicate id");
        Assert.Equal(1_500, await CountAsync(index));
        RowFile.Write(file, 3, rows);
        (await cluster.RunAsync("ingest", index, file, "--resume")).Ok();
        await ExportsAsAsync(index, file);
    }

    [Fact]
    public async Task A_row_that_is_there_with_other_content_is_an_error_unless_rows_are_replaced()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("base.jsonl");
        string index = await cluster.NewIndexAsync();
        await (await cluster.Client.OpenAsync(index)).InsertAsync(new(5, new float[3]));
        RowFile.Write(file, 3, Rows(20));
        (await cluster.RunAsync("ingest", index, file)).Fails(ExitCode.Failed, "row 5", "duplicate id");
        (await cluster.RunAsync("ingest", index, file, "--resume")).Fails(ExitCode.Failed, "row 5", "duplicate id");
        (await cluster.RunAsync("ingest", index, file, "--resume", "--upsert")).Ok();
        await ExportsAsAsync(index, file);
        (await cluster.RunAsync("ingest", index, file, "--upsert")).Ok();
        await ExportsAsAsync(index, file);
    }

    [Fact]
    public async Task Ctrl_c_keeps_what_was_acknowledged_and_a_resumed_run_completes()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        string file = folder.File("base.fvecs");
        string index = await cluster.NewIndexAsync();
        RowFile.Write(file, 3, Rows(5_000));
        var error = new StoppingWriter(stop, " of 5,000 rows,");
        var terminal = new Terminal(new StringWriter(), error, false, true, new HastyClock());
        (await cluster.RunAsync(terminal, stop.Token, "ingest", index, file, "--batch-rows", "50")).Fails(ExitCode.Cancelled, "stopped");
        Assert.InRange(await CountAsync(index), 50, 4_999);
        (await cluster.RunAsync("ingest", index, file, "--resume")).Ok();
        await ExportsAsAsync(index, file);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("10001")]
    public async Task A_batch_of_no_rows_or_too_many_is_bad_input(string rows) =>
        (await cluster.RunAsync("ingest", "any", "base.fvecs", "--batch-rows", rows)).Fails(ExitCode.BadInput, "--batch-rows is 1 to 10000", rows);

    [Fact]
    public async Task A_file_that_is_not_there_is_bad_input() =>
        (await cluster.RunAsync("ingest", "any", "base-of-2077.fvecs")).Fails(ExitCode.BadInput, "base-of-2077.fvecs");

    [Fact]
    public async Task An_empty_file_is_no_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("base.fvecs"), []);
        string index = await cluster.NewIndexAsync();
        Assert.Equal(0, (await cluster.RunAsync("ingest", index, folder.File("base.fvecs"), "--resume", "--json")).Ok().Json.GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task Progress_goes_to_standard_error_alone()
    {
        using var folder = new TemporaryFolder();
        RowFile.Write(folder.File("base.npy"), 3, Rows(20));
        var run = (await cluster.RunAsync("ingest", await cluster.NewIndexAsync(), folder.File("base.npy"))).Ok();
        Assert.Contains("20 of 20 rows", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("%", run.Output, StringComparison.Ordinal);
        Assert.Single(run.Output.TrimEnd('\n').Split('\n'));
    }

    private static List<Row> Rows(int count) => [.. Enumerable.Range(0, count).Select(i => new Row((ulong)i, RowFile.Vector(i)))];

    private async Task<long> CountAsync(string index) => await (await cluster.Client.OpenAsync(index)).CountAsync();

    private async Task ExportsAsAsync(string index, string file)
    {
        string copy = Path.Combine(Path.GetDirectoryName(file)!, "copy" + Path.GetExtension(file));
        (await cluster.RunAsync("export", index, copy)).Ok();
        Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(copy)), "the export differs from the file");
    }

    /// <summary>Stops the command when it writes these words.</summary>
    private sealed class StoppingWriter(CancellationTokenSource stop, string words) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value is not null && value.Contains(words, StringComparison.Ordinal) && !value.Contains(" 0 of", StringComparison.Ordinal))
                stop.Cancel();
        }
    }

    /// <summary>A clock on which a second passes between any two looks, so that every report of progress is shown.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }
}
