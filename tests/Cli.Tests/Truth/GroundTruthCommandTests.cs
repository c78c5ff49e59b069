using System.Diagnostics;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats.Vecs;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Cli.Tests.Commands;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Cli.Truth;
using IqdbFlat.Cli.Truth.Files;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Truth;

[Collection(SharedSilo.Name)]
public sealed class GroundTruthCommandTests(CommandCluster cluster) : IDisposable
{
    private const int Dimension = 5;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("base.fvecs", "cosine", "2")]
    [InlineData("base.fbin", "euclidean", "1")]
    [InlineData("base.npy", "dotproduct", "3")]
    [InlineData("base.hdf5", "manhattan", "2")]
    public async Task A_file_gives_what_the_index_gives(string file, string metric, string threads)
    {
        float[][] rows = Save(file, 700, first: 0);
        float[][] queries = Save("queries.fvecs", 70, first: 10_000);
        await RunAsync(file, "queries.fvecs", "--metric", metric, "--k", "13", "--out", _folder.File("t.ivecs"), "--distances", _folder.File("t.fvecs"), "--threads", threads);
        AssertSame(rows, queries, metric, 13, AnswerFile.Read(_folder.File("t.ivecs"), _folder.File("t.fvecs")));
    }

    [Fact]
    public async Task A_cluster_gives_what_the_file_gives()
    {
        Save("base.fvecs", 300, first: 0);
        Save("queries.fvecs", 70, first: 10_000);
        string index = await cluster.NewIndexAsync(Dimension);
        (await cluster.RunAsync("ingest", index, _folder.File("base.fvecs"))).Ok();
        await RunAsync("base.fvecs", "queries.fvecs", "--k", "20", "--out", _folder.File("file.jsonl"));
        (await cluster.RunAsync("ground-truth", "--index", index, "--queries", _folder.File("queries.fvecs"), "--k", "20", "--out", _folder.File("cluster.jsonl"))).Ok();
        Assert.Equal(File.ReadAllText(_folder.File("file.jsonl")), File.ReadAllText(_folder.File("cluster.jsonl")));
    }

    [Fact]
    public async Task A_run_over_a_cluster_goes_on_with_the_queries_that_are_left_of_the_same_index_only()
    {
        Save("base.fvecs", 300, first: 0);
        float[][] queries = Save("queries.fvecs", 70, first: 10_000);
        string index = await cluster.NewIndexAsync(Dimension);
        (await cluster.RunAsync("ingest", index, _folder.File("base.fvecs"))).Ok();
        string[] ask = ["ground-truth", "--index", index, "--queries", _folder.File("queries.fvecs"), "--k", "20", "--out", _folder.File("t.jsonl"), "--resume", "--json"];
        (await cluster.RunAsync(ask)).Ok();
        string whole = File.ReadAllText(_folder.File("t.jsonl"));

        var opened = await cluster.Client.OpenAsync(index, TestContext.Current.CancellationToken);
        var first = AnswerFile.Read(_folder.File("t.jsonl"), null).Take(41).Select(answer => answer.Ids.Zip(answer.Distances!, (row, distance) => new StreamHit(row, distance)).ToArray()).ToArray();
        ulong task = TruthTask.OfIndex(opened.Description, [.. queries.Select(query => (ReadOnlyMemory<float>)query)], Metric.Euclidean, 20);
        TruthCheckpoint.Write(TruthCheckpoint.PathOf(_folder.File("t.jsonl")), task, 41, 300, first);
        var run = (await cluster.RunAsync(ask)).Ok();
        Assert.Equal(41.0 / 70, run.Json.GetProperty("resumed_share").GetDouble(), 0.001);
        Assert.Equal(whole, File.ReadAllText(_folder.File("t.jsonl")));

        // The same name and as many rows, but made anew.
        TruthCheckpoint.Write(TruthCheckpoint.PathOf(_folder.File("t.jsonl")), task, 41, 300, first);
        await cluster.Client.DropAsync(index, TestContext.Current.CancellationToken);
        (await cluster.RunAsync("create", index, "--dimension", $"{Dimension}", "--metric", "euclidean", "--shards", "3")).Ok();
        (await cluster.RunAsync("ingest", index, _folder.File("base.fvecs"))).Ok();
        (await cluster.RunAsync(ask)).Fails(ExitCode.BadInput, "other queries, another metric or another k");
    }

    [Fact]
    public async Task A_run_that_meets_a_bad_row_goes_on_from_there_once_it_is_mended()
    {
        float[][] rows = Save("base.fvecs", 9_000, first: 0);
        float[][] queries = Save("queries.fvecs", 3, first: 10_000);
        float good = rows[8_500][2];
        Damage(8_500, float.NaN);
        string output = _folder.File("t.jsonl");
        var bad = await cluster.RunAsync("ground-truth", "--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--k", "9", "--out", output);
        bad.Fails(ExitCode.BadInput, "row 8500", "NaN");
        Assert.Equal(["base.fvecs", "queries.fvecs", "t.jsonl.partial"], _folder.Names());

        // A row that has passed is another now: the answers so far are not those of this file.
        Damage(8_500, good);
        Damage(40, 7);
        string[] resume = ["ground-truth", "--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--k", "9", "--out", output, "--resume"];
        (await cluster.RunAsync(resume)).Fails(ExitCode.BadInput, "the first 8500 rows");
        Damage(40, rows[40][2]);
        var run = await RunAsync("base.fvecs", "queries.fvecs", "--k", "9", "--out", output, "--resume", "--json");
        Assert.InRange(run.Json.GetProperty("resumed_share").GetDouble(), 0.9, 0.99);
        AssertSame(rows, queries, "euclidean", 9, AnswerFile.Read(output, null));
        Assert.Equal(["base.fvecs", "queries.fvecs", "t.jsonl"], _folder.Names());
    }

    [Fact]
    public async Task A_checkpoint_of_another_task_or_with_a_flipped_bit_is_not_gone_on_from()
    {
        Save("base.fvecs", 50, first: 0);
        Save("queries.fvecs", 3, first: 10_000);
        string output = _folder.File("t.jsonl");
        TruthCheckpoint.Write(TruthCheckpoint.PathOf(output), task: 1, done: 20, rows: 7, [[new(1, 0.5f)]]);
        Assert.Equal(20, TruthCheckpoint.Read(TruthCheckpoint.PathOf(output), 1).Done);
        string[] resume = ["ground-truth", "--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--out", output, "--resume"];
        (await cluster.RunAsync(resume)).Fails(ExitCode.BadInput, "t.jsonl.partial", "other queries, another metric or another k");

        byte[] bytes = File.ReadAllBytes(TruthCheckpoint.PathOf(output));
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= 4;
            File.WriteAllBytes(TruthCheckpoint.PathOf(output), flipped);
            Assert.Throws<FlatIndexException>(() => TruthCheckpoint.Read(TruthCheckpoint.PathOf(output), 1));
        }
    }

    [Fact]
    public async Task Bad_input_is_one_clear_sentence()
    {
        Save("base.fvecs", 5, first: 0);
        Save("queries.fvecs", 2, first: 10_000);
        RowFile.WriteFvecs(_folder.File("wide.fvecs"), [[1, 2, 3, 4, 5, 6]]);
        RowFile.WriteFvecs(_folder.File("none.fvecs"), []);
        File.WriteAllText(_folder.File("ids.jsonl"), "{\"id\":7,\"vector\":[1,2,3,4,5]}\n");
        (string[] Args, string Words)[] cases =
        [
            (["--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl"], "neither"),
            (["--base", _folder.File("base.fvecs"), "--index", "a", "--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl"], "both"),
            (["--base", _folder.File("base.fvecs"), "--queries", _folder.File("wide.fvecs"), "--out", "t.jsonl"], "5 components"),
            (["--base", _folder.File("base.fvecs"), "--queries", _folder.File("none.fvecs"), "--out", "t.jsonl"], "at least one query"),
            (["--base", _folder.File("ids.jsonl"), "--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl"], "ids of its own"),
            (["--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--out", "t.txt"], ".ivecs"),
            (["--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl", "--memory", "lots"], "512MiB"),
            (["--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl", "--memory", "10MiB"], "--memory of at least"),
            (["--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl", "--k", "0"], "--k from 1"),
            (["--index", "a", "--memory", "1GiB", "--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl"], "--memory is for rows that are read here"),
            (["--base", "-", "--queries", _folder.File("queries.fvecs"), "--out", "t.jsonl", "--resume"], "standard input"),
        ];
        foreach (var (args, words) in cases)
            (await cluster.RunAsync(["ground-truth", .. args])).Fails(ExitCode.BadInput, words);
    }

    [Fact]
    public async Task Memory_stays_within_the_budget_whatever_the_size_of_the_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak of memory is read from /proc, which only Linux has");
        const int Wide = 1_024;
        var writer = new VecsWriter<float>(_folder.File("large.fvecs"));
        using (writer)
        {
            float[] row = new float[Wide];
            for (int i = 0; i < 90_000; i++)
            {
                row[i % Wide] = i;
                writer.Write(row);
            }

            writer.Complete();
        }

        RowFile.WriteFvecs(_folder.File("queries.fvecs"), [new float[Wide]]);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] args =
        [
            typeof(CliApplication).Assembly.Location, "ground-truth", "--base", _folder.File("large.fvecs"), "--queries", _folder.File("queries.fvecs"),
            "--out", _folder.File("t.jsonl"), "--memory", "200MiB", "--json",
        ];
        foreach (string arg in args)
            start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string report = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        var json = JsonDocument.Parse(report).RootElement;
        Assert.Equal(200L << 20, json.GetProperty("memory_budget_bytes").GetInt64());
        Assert.InRange(json.GetProperty("peak_memory_bytes").GetInt64(), 1, 200L << 20);
        Assert.True(new FileInfo(_folder.File("large.fvecs")).Length > 350L << 20);
    }

    private async Task<CommandRun> RunAsync(string rows, string queries, params string[] more) =>
        (await cluster.RunAsync(["ground-truth", "--base", _folder.File(rows), "--queries", _folder.File(queries), .. more])).Ok();

    private float[][] Save(string name, int count, int first)
    {
        float[][] vectors = [.. Enumerable.Range(first, count).Select(number => RowFile.Vector(number, Dimension))];

        // Some rows again, so that there are ties.
        for (int i = 3; i < count; i += 7)
            vectors[i] = vectors[i / 2];
        RowFile.Write(_folder.File(name), Dimension, vectors.Select((vector, i) => new Row((ulong)i, vector)));
        return vectors;
    }

    private void Damage(int row, float value)
    {
        using var stream = File.OpenWrite(_folder.File("base.fvecs"));
        stream.Position = (row * (4 + (4L * Dimension))) + 4 + (2 * 4);
        stream.Write(BitConverter.GetBytes(value));
    }

    private static void AssertSame(float[][] rows, float[][] queries, string metric, int k, IReadOnlyList<Answer> answers)
    {
        using var index = new FlatIndex(Dimension, Enum.Parse<Metric>(metric, ignoreCase: true));
        index.InsertBatch([.. rows.Select((vector, i) => new Row((ulong)i, vector))]);
        Assert.Equal(queries.Length, answers.Count);
        for (int i = 0; i < queries.Length; i++)
        {
            var hits = index.Search(queries[i], k).Hits;
            Assert.Equal(hits.Select(hit => (long)hit.Id.Number), answers[i].Ids);
            Assert.Equal(hits.Select(hit => BitConverter.SingleToUInt32Bits(hit.Distance)), answers[i].Distances!.Select(BitConverter.SingleToUInt32Bits));
        }
    }
}
