using System.Diagnostics;

namespace IqdbFlat.Docs.Tests;

/// <summary>The files for containers are what their own parser accepts.</summary>
public sealed class DeployTests
{
    [Fact]
    public async Task Compose_accepts_the_file_at_the_top()
    {
        string? program = Find("docker-compose");
        if (program is null)
            Assert.Skip("docker-compose is not installed: ./test --install gets it.");

        var (exitCode, output) = await RunAsync(program, "-f", "docker-compose.yml", "config");

        Assert.True(exitCode == 0, output);
        Assert.Contains("iqdbflat", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Dockerfile_copies_only_what_is_there()
    {
        var copied = Repository.Read("deploy/Dockerfile").Split('\n')
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]);

        Assert.All(copied, path => Assert.True(Path.Exists(Repository.FullPath(path)), $"deploy/Dockerfile copies {path}, which does not exist"));
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["IQDBFLAT_KEY"] = "a-key-for-the-check-alone" },
        };
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        Task<string> error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await error);
    }
}
