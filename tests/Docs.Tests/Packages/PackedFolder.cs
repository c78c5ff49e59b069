using System.Diagnostics;
using System.IO.Compression;

namespace IqdbFlat.Docs.Tests.Packages;

/// <summary>
/// All packages of this build in a folder of their own, as a source that new projects restore from. The version is of this run alone, so that no cache has it,
/// and is taken out of the cache afterwards.
/// </summary>
public sealed class PackedFolder : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("iqdbflat-packages-").FullName;

    /// <summary>The names of the packages, as on nuget.org.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["IqdbFlat.Engine", "IqdbFlat.Abstractions", "IqdbFlat.Grains", "IqdbFlat.Client", "IqdbFlat.VectorData", "IqdbFlat.Silo", "iqdbflat"];

    /// <summary>The version of all of them.</summary>
    public string Version { get; } = $"0.0.0-test.{DateTime.UtcNow.Ticks}";

    /// <summary>Where the packages are.</summary>
    public string Packages => Path.Combine(_root, "packages");

    /// <summary>Where new projects find the packages, beside the sources that this machine has.</summary>
    public string Configuration => Path.Combine(_root, "nuget.config");

    public async ValueTask InitializeAsync()
    {
        // All at once: most of the time of packing one is the reading of its projects.
        await RunAsync(Repository.Root, "pack", "-c", "Release", "--no-build", "-o", Packages, $"-p:PackageVersion={Version}", "-v", "quiet");
        await File.WriteAllTextAsync(Configuration, $"<configuration><packageSources><add key=\"packed\" value=\"{Packages}\" /></packageSources></configuration>");
    }

    public ValueTask DisposeAsync()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string name in Names)
        {
            string cached = Path.Combine(cache, name.ToLowerInvariant(), Version);
            if (Directory.Exists(cached))
                Directory.Delete(cached, recursive: true);
        }

        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Opens a package, or its symbols.</summary>
    public ZipArchive Open(string name, string kind) => ZipFile.OpenRead(Path.Combine(Packages, $"{name}.{Version}.{kind}"));

    /// <summary>A folder for one project.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_root, Guid.NewGuid().ToString("n"))).FullName;

    /// <summary>Makes a console program of its own that references packages, runs it, and gives the lines that it printed.</summary>
    public async Task<string[]> RunProgramAsync(string code, params string[] packages)
    {
        string folder = NewFolder();
        string references = string.Concat(packages.Select(package => $"<PackageReference Include=\"{package.Split('/')[0]}\" Version=\"{package.Split('/').ElementAtOrDefault(1) ?? Version}\" />"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Sample.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), code);
        await RunAsync(folder, "build", "-c", "Release", "-v", "quiet", $"-p:RestoreConfigFile={Configuration}", "-p:RunAnalyzers=false");
        string output = await RunAsync(folder, Path.Combine(folder, "bin", "Release", "net10.0", "Sample.dll"));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Runs dotnet; a failure shows what it printed.</summary>
    public static Task<string> RunAsync(string folder, params string[] args) => ProgramAsync(folder, "dotnet", args);

    /// <summary>Runs a program; a failure shows what it printed.</summary>
    public static async Task<string> ProgramAsync(string folder, string program, params string[] args)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in args)
            start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: {output}{await error}");
        return output;
    }
}
