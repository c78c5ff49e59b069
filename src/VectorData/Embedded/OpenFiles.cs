using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>
/// The files that this process has open. A file is locked for the process as a whole, so what is known of it is the process's too: stores over one file share what is loaded, and the last one
/// closes it.
/// </summary>
internal static class OpenFiles
{
    private static readonly Lock Changing = new();
    private static readonly Dictionary<string, (EmbeddedTables Tables, int Users)> ByPath = new(StringComparer.Ordinal);

    public static EmbeddedTables Open(string path, int threads)
    {
        lock (Changing)
        {
            var (tables, users) = ByPath.TryGetValue(path, out var open) ? open : (Load(path, threads), 0);
            ByPath[path] = (tables, users + 1);
            return tables;
        }
    }

    public static void Close(string path)
    {
        lock (Changing)
        {
            var (tables, users) = ByPath[path];
            if (users > 1)
            {
                ByPath[path] = (tables, users - 1);
                return;
            }

            ByPath.Remove(path);
            tables.Dispose();
        }
    }

    private static EmbeddedTables Load(string path, int threads)
    {
        var file = EmbeddedFile.Open(path);
        try
        {
            return new EmbeddedTables(new FlatIndexOptions { Threads = threads }, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
