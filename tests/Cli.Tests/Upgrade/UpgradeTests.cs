using System.IO.Compression;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Engine;
using IqdbFlat.Silo;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Cli.Tests.Upgrade;

/// <summary>
/// A store that a silo of an earlier version wrote, kept beside what that silo answered (<c>make-store.sh</c>): checkpoint, segments and tail of a log, rows
/// replaced and removed, an index renamed, one dropped, one without rows.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _gateway = "";

    public static TheoryData<string> Versions => ["0.5.0"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_store_of_an_earlier_version_answers_as_it_did_and_takes_writes(string version)
    {
        string store = _folder.File("store.db");
        Unpack($"{version}.db.gz", store);
        string answersFile = _folder.File("answers.jsonl");
        Unpack($"{version}.answers.jsonl.gz", answersFile);
        JsonElement[] kept = [.. File.ReadLines(answersFile).Select(line => JsonDocument.Parse(line).RootElement)];

        await WithSiloAsync(store, async () =>
        {
            var indexes = (await RunAsync("list", "--json")).Ok().Json.GetProperty("indexes").EnumerateArray();
            Assert.Equal("empty folded wide", string.Join(' ', indexes.Select(index => index.GetProperty("name").GetString())));
            foreach (string index in (string[])["folded", "wide"])
                Assert.Equal(RowsOf(kept, index), await ExportAsync(index));
            Assert.Empty(await ExportAsync("empty"));
            foreach (var search in kept.Where(line => line.TryGetProperty("query", out _)))
                await CheckAsync(search);

            string file = _folder.File("new.jsonl");
            File.WriteAllText(file, """{"id":7,"vector":[9,9,9]}""" + "\n" + """{"id":100000,"vector":[8,8,8],"metadata":{"tags":["new"]}}""" + "\n");
            (await RunAsync("ingest", "folded", file, "--upsert")).Ok();
            (await RunAsync("delete", "folded", "8")).Ok();
            (await RunAsync("create", "gone", "--dimension", "1", "--metric", "euclidean")).Ok();
        });

        await WithSiloAsync(store, async () =>
        {
            string[] expected =
            [
                .. RowsOf(kept, "folded").Where(row => !row.StartsWith("""{"id":{"u64":"7"}""", StringComparison.Ordinal) && !row.StartsWith("""{"id":{"u64":"8"}""", StringComparison.Ordinal)),
                """{"id":{"u64":"7"},"vector":[9,9,9]}""",
                """{"id":{"u64":"100000"},"vector":[8,8,8],"metadata":{"tags":["new"]}}""",
            ];
            Assert.Equal(expected, await ExportAsync("folded"));
            Assert.Equal(RowsOf(kept, "wide"), await ExportAsync("wide"));
            (await RunAsync("verify")).Ok();
        });
    }

    /// <summary>The same text as then; and the same hits as of an engine with the same rows, which is the oracle.</summary>
    private async Task CheckAsync(JsonElement search)
    {
        string index = search.GetProperty("index").GetString()!;
        string query = string.Join(',', search.GetProperty("query").EnumerateArray().Select(number => number.GetRawText()));
        string[] filter = search.TryGetProperty("filter", out var text) ? ["--filter", text.GetString()!] : [];
        var answer = search.GetProperty("answer");

        var run = (await RunAsync(["search", index, "--vector", query, "--k", "40", "--json", .. filter])).Ok();
        Assert.Equal(answer.GetRawText(), run.Json.GetRawText());

        using var rows = RowFiles.Open(_folder.File(index + ".jsonl"));
        using var oracle = new FlatIndex(rows.Dimension!.Value, index == "wide" ? Metric.Cosine : Metric.Euclidean);
        oracle.InsertBatch([.. rows.ToRows()]);
        float[] vector = [.. search.GetProperty("query").EnumerateArray().Select(number => number.GetSingle())];
        var hits = oracle.Search(vector, 40, new() { Filter = filter.Length > 0 ? FilterText.Parse(filter[1]) : null }).Hits;
        Assert.Equal(
            answer.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("distance_bits_hex").GetString()),
            hits.Select(hit => $"{BitConverter.SingleToUInt32Bits(hit.Distance):x8}"));
    }

    private async Task<string[]> ExportAsync(string index)
    {
        string file = _folder.File(index + ".jsonl");
        (await RunAsync("export", index, file)).Ok();
        return File.ReadAllLines(file);
    }

    private async Task WithSiloAsync(string store, Func<Task> act)
    {
        await using var silo = SiloHost.Create(new IqdbFlatSiloOptions
        {
            Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
            Storage = { Path = store },
            Dashboard = { Enabled = false },
        });
        await silo.StartAsync(Cancel);
        _gateway = silo.Services.GetRequiredService<SiloAddresses>().Gateway.ToString();
        await act();
        await silo.StopAsync(Cancel);
    }

    private async Task<CommandRun> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var code = await CliApplication.RunAsync([.. args, "--gateway", _gateway], terminal, ClusterCommands.All(terminal), Cancel);
        return new(code, output.ToString(), error.ToString());
    }

    private static string[] RowsOf(JsonElement[] kept, string index) =>
        [.. kept.Where(line => line.GetProperty("index").GetString() == index && line.TryGetProperty("row", out _)).Select(line => line.GetProperty("row").GetRawText())];

    private static void Unpack(string name, string path)
    {
        using var packed = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Upgrade", name)), CompressionMode.Decompress);
        using var file = File.Create(path);
        packed.CopyTo(file);
    }
}
