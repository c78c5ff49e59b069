using System.Diagnostics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using IqdbFlat.Cli.Formats.Vecs;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Tests;

namespace IqdbFlat.Cli.Tests.Bench;

/// <summary>One digest, whatever the processor has: the tool runs in processes of its own, with ever fewer instruction sets.</summary>
public sealed class InstructionSetTests(ITestOutputHelper output) : IDisposable
{
    private static readonly (string Metric, string Data)[] Cases =
    [
        ("euclidean", "normal"),
        ("squaredeuclidean", "offset"),
        ("cosine", "duplicates"),
        ("dotproduct", "normal"),
        ("euclidean", "spectrum"),
        ("manhattan", "spectrum"),
        ("hamming", "duplicates"),
    ];

    private static readonly string[] Generated = ["--rows", "3000", "--dim", "37", "--seed", "11", "--query-count", "20", "--k", "700"];

    private static readonly string[] Environments = ["", "DOTNET_EnableAVX512=0", "DOTNET_EnableAVX2=0", "DOTNET_EnableHWIntrinsic=0"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Hard_data_gives_one_digest_with_every_instruction_set_batch_and_number_of_threads(HardKind kind)
    {
        const int Dimension = 37;
        HardData data = new(kind, Dimension, seed: 17);
        string metric = Enum.GetNames<Metric>()[(int)kind % Enum.GetValues<Metric>().Length].ToLowerInvariant();
        string[] input = ["--base", Save("base.fvecs", data.Take(1_500)), "--queries", Save("queries.fvecs", data.Take(20)), "--metric", metric, "--k", "300"];
        string[][] ways = [["--batch", "1"], ["--batch", "7", "--threads", "2"], ["--batch", "20"], ["--batch", "2", "--threads", "3"]];

        var reports = await Task.WhenAll(Environments.Zip(ways, (environment, way) => RunAsync(environment, [.. input, .. way])));

        Assert.Single(reports.Select(report => report.GetProperty("digest").GetString()).Distinct());
    }

    [Fact]
    public async Task Every_instruction_set_gives_the_same_digest()
    {
        SortedSet<int> exercised = [];
        foreach (var (metric, data) in Cases)
        {
            string[] input = [.. Generated, "--metric", metric, "--generate", data];
            var reports = await Task.WhenAll(Environments.Select(environment => RunAsync(environment, [.. input, "--plan", "pruned"])));
            var plain = await RunAsync("", [.. input, "--plan", "scan"]);

            int[] bits = [.. reports.Select(report => report.GetProperty("vector_bits").GetInt32())];
            exercised.UnionWith(bits);
            Assert.Equal(Expected(bits[0]), bits);
            Assert.Single(reports.Append(plain).Select(report => report.GetProperty("digest").GetString()).Distinct());
            Assert.Single(reports.Select(report => report.GetProperty("rows_pruned").GetInt64()).Distinct());
            Assert.Equal(0, plain.GetProperty("rows_pruned").GetInt64());
        }

        output.WriteLine($"one digest for each metric; {Told(exercised)}");
    }

    /// <summary>The widths that the variables leave, of a processor with a width: a variable that did nothing would make the test pass for nothing.</summary>
    private static int[] Expected(int widest) => X86Base.IsSupported
        ? [widest, Math.Min(widest, 256), Math.Min(widest, 128), 32]
        : [widest, widest, widest, 32];

    private static string Told(SortedSet<int> bits)
    {
        const string Absent = "not on this processor";
        return string.Join("; ",
        [
            $"AVX-512: {(bits.Contains(512) ? "exercised" : Absent)}",
            $"AVX2 with FMA: {(bits.Contains(256) ? "exercised" : Absent)}",
            $"SSE without FMA: {(X86Base.IsSupported && bits.Contains(128) ? "exercised" : Absent)}",
            $"NEON: {(AdvSimd.IsSupported && bits.Contains(128) ? "exercised" : Absent)}",
            $"no vectors: {(bits.Contains(32) ? "exercised" : Absent)}",
        ]);
    }

    private static async Task<JsonElement> RunAsync(string environment, params string[] options)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "iqdbflat.exe" : "iqdbflat"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])["bench", "--engine", "--quick", "--json", .. options])
            start.ArgumentList.Add(argument);
        // Methods are compiled for good at once: what is compared are the loops that a busy index runs.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        if (environment.Split('=') is [var variable, var value])
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return JsonDocument.Parse(said).RootElement;
    }

    private string Save(string name, float[][] vectors)
    {
        string path = _folder.File(name);
        using var writer = new VecsWriter<float>(path);
        foreach (float[] vector in vectors)
            writer.Write(vector);
        writer.Complete();
        return path;
    }
}
