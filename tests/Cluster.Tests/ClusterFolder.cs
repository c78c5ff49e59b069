using IqdbFlat.Cli.Chaos.Processes;

namespace IqdbFlat.Cluster.Tests;

/// <summary>A folder for the silos and stores of one test, and the guard that ends them with it. Removed at the end, however that comes; after a failure what is in it has been shown.</summary>
public sealed class ClusterFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("iqdbflat-cluster-").FullName;

    public ClusterFolder() => Guard = new(_path);

    public string Path => _path;

    internal ProcessGuard Guard { get; }

    public string File(string name) => System.IO.Path.Combine(_path, name);

    public void Dispose() => Guard.Dispose();
}
