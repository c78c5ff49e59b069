namespace IqdbFlat.Silo.Hosting;

/// <summary>Whether a file can be the store, before anything is started: so that a wrong path is told in one sentence.</summary>
internal static class StoreFile
{
    private static ReadOnlySpan<byte> Header => "SQLite format 3\0"u8;

    /// <summary>Makes the folders above the file, and an empty file where there is none.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: it cannot be made or written, or is another kind of file.</exception>
    public static void Check(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> found = stackalloc byte[Header.Length];
            if (file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) is not 0 and var length && !found[..length].SequenceEqual(Header))
                throw FlatIndexException.InvalidConfig($"the store {path} is not a file of SQLite");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FlatIndexException(FlatIndexException.InvalidConfig($"the store {path} cannot be used: {error.Message.TrimEnd('.')}").Error, error);
        }
    }
}
