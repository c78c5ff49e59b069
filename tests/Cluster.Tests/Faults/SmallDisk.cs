using System.Diagnostics;

namespace IqdbFlat.Cluster.Tests.Faults;

/// <summary>A file system of a few megabytes, which can be filled. Needs root on Linux.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    public SmallDisk(string path, int megabytes, string owner)
    {
        Path = path;
        _filler = System.IO.Path.Combine(path, "filler");
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", path);
        Run("chown", owner, path);
    }

    public string Path { get; }

    public static void SkipWhereThereCanBeNone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a file system of its own needs root on Linux");
        using var probe = Process.Start(new ProcessStartInfo("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]) { RedirectStandardError = true });
        probe?.WaitForExit();
        Assert.SkipUnless(probe?.ExitCode == 0, "this machine lets nobody mount a file system");
    }

    /// <summary>Takes every byte that is left, and every byte that is given back afterwards.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1);
        byte[] block = new byte[4096];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(_filler);

    public void Dispose() => Run("umount", "-l", Path);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}");
    }
}
