namespace IqdbFlat.Cli.Formats;

/// <summary>A file that is written beside its place and renamed into it when it is whole.</summary>
internal sealed class AtomicFile : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly string _temporary;
    private bool _committed;

    /// <summary>Begins the file. The folder must exist and be writable: <see cref="IOException"/> otherwise.</summary>
    public AtomicFile(string path)
    {
        Path = path;
        _temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        Stream = new(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes);
    }

    /// <summary>The name that the file will have.</summary>
    public string Path { get; }

    /// <summary>Where to write; seekable.</summary>
    public FileStream Stream { get; }

    /// <summary>Flushes to the disk and renames, in place of what was there.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, Path, overwrite: true);
        _committed = true;
    }

    /// <summary>Closes, and deletes the temporary file unless it was committed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
            File.Delete(_temporary);
    }
}
