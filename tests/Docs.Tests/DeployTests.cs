using System.Diagnostics;
using System.Text.RegularExpressions;
using IqdbFlat.Silo;
using Microsoft.Extensions.Configuration;

namespace IqdbFlat.Docs.Tests;

/// <summary>The files for containers are what their own parser accepts.</summary>
public sealed partial class DeployTests
{
    [Fact]
    public async Task Compose_accepts_the_file_at_the_top()
    {
        var (exitCode, output) = await ConfigAsync(key: "a-key-for-the-check-alone");

        Assert.True(exitCode == 0, output);
        Assert.Equal(3, Count(output, "image: iqdbflat-silo:"));
        Assert.Equal(3, Count(output, "IqdbFlat__Clustering__Provider: Redis"));
        Assert.Equal(3, Count(output, "IqdbFlat__Storage__Provider: PostgreSql"));
        Assert.Equal(1, Count(output, "image: postgres:"));
        Assert.Equal(1, Count(output, "image: redis:"));
        Assert.Equal(1, Count(output, "image: prom/prometheus:"));
        Assert.Equal(1, Count(output, "image: grafana/grafana:"));
    }

    [Fact]
    public async Task Compose_starts_nothing_without_a_key()
    {
        var (exitCode, output) = await ConfigAsync(key: "");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("IqdbFlat__Dashboard__Key", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_starts_nothing_without_a_password_for_its_stores()
    {
        var (exitCode, output) = await ConfigAsync(key: "a-key-for-the-check-alone", password: "");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("letters-and-digits", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_sets_only_what_a_silo_has()
    {
        var settings = Setting().Matches(Repository.Read("docker-compose.yml") + Repository.Read("deploy/Dockerfile"))
            .Select(match => KeyValuePair.Create(match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal), (string?)match.Groups[2].Value))
            .DistinctBy(setting => setting.Key)
            .ToDictionary();

        Assert.NotEmpty(settings);
        SiloOptionsCheck.Check(SiloOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
    }

    [Fact]
    public void Dockerfile_copies_only_what_is_there()
    {
        var copied = Repository.Read("deploy/Dockerfile").Split('\n')
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]);

        Assert.All(copied, path => Assert.True(Path.Exists(Repository.FullPath(path)), $"deploy/Dockerfile copies {path}, which does not exist"));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static async Task<(int ExitCode, string Output)> ConfigAsync(string key, string password = "letters1")
    {
        string? program = Find("docker-compose");
        if (program is null)
            Assert.Skip("docker-compose is not installed: ./test --install gets it.");

        var start = new ProcessStartInfo(program, ["-f", "docker-compose.yml", "config"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["IQDBFLAT_KEY"] = key,
                ["IQDBFLAT_STORE_PASSWORD"] = password,
                ["IQDBFLAT_GATEWAY_KEY"] = "a-key-for-clients-0001",
                ["IQDBFLAT_SILO_KEY"] = "a-key-for-silos-000001",
            },
        };
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        Task<string> error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await error);
    }

    [GeneratedRegex(@"(IqdbFlat__\w+)[:=] *(\S+)")]
    private static partial Regex Setting();
}
