using IqdbFlat.Cli.Chaos.Processes;

namespace IqdbFlat.Cluster.Tests;

/// <summary>A folder for the silos and stores of one test, and the guard that ends them with it. Removed at the end; after a failure what is in it has been shown.</summary>
public sealed class ClusterFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("iqdbflat-cluster-").FullName;

    public string Path => _path;

    internal ProcessGuard Guard { get; } = new();

    public string File(string name) => System.IO.Path.Combine(_path, name);

    public void Dispose()
    {
        Guard.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
