using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Embedded;

namespace IqdbFlat.VectorData;

/// <summary>
/// The collections of the embedded mode: in the memory of this process, or also in a SQLite file. Several stores and collections can share one; all members may be called from any
/// thread.
/// </summary>
public sealed class IqdbFlatDatabase : IDisposable
{
    /// <summary>Threads that scan for one search, at most.</summary>
    internal const int MaxThreads = 1_024;

    private readonly EmbeddedTables _tables;
    private readonly string? _path;
    private int _disposed;

    /// <summary>A database in memory, which ends with this object.</summary>
    /// <param name="threads">Threads that scan for one search, 1 to 1,024.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a number of threads that no index accepts.</exception>
    public IqdbFlatDatabase(int threads = 1)
        : this(new FlatIndexOptions { Threads = Checked(threads) })
    {
    }

    /// <summary>A database in memory whose indexes work as given.</summary>
    internal IqdbFlatDatabase(FlatIndexOptions options) => _tables = new EmbeddedTables(options, file: null);

    private IqdbFlatDatabase(string path, int threads)
    {
        _tables = OpenFiles.Open(path, threads);
        _path = path;
    }

    /// <summary>
    /// A database with a SQLite file, which is made where there is none; what it holds is loaded. A write is on disk before its call returns. One process has the file at a time; within
    /// the process it can be opened again, and shares what is loaded and the threads of the first.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads that scan for one search, 1 to 1,024.</param>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.InvalidConfig"/>: a number of threads that no index accepts. <see cref="FlatErrorKind.Unavailable"/>: another process has the file, or it cannot be opened. <see cref="FlatErrorKind.CorruptData"/>: it is damaged, or no such file; the error says what is.
    /// </exception>
    public static IqdbFlatDatabase Open(string path, int threads = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new(Path.GetFullPath(path), Checked(threads));
    }

    /// <summary>What the database is called in metadata and errors: <c>memory</c>, or the path of its file.</summary>
    public string Name => _path ?? "memory";

    /// <summary>The names of the collections that exist, in ordinal order.</summary>
    public IReadOnlyList<string> CollectionNames => Tables.Names;

    private EmbeddedTables Tables
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return _tables;
        }
    }

    /// <summary>Ends the database. Stores and collections of it can no longer be used.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_path is null)
            _tables.Dispose();
        else
            OpenFiles.Close(_path);
    }

    internal EmbeddedTable? Find(string name) => Tables.Find(name);

    internal EmbeddedTable Ensure(string name, CollectionShape shape) => Tables.Ensure(name, shape);

    internal void Drop(string name) => Tables.Drop(name);

    /// <summary>Looks at the number before anything is opened or made.</summary>
    private static int Checked(int threads) => threads is >= 1 and <= MaxThreads
        ? threads
        : throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"a database scans with 1 to {MaxThreads} threads, found {threads}"));
}
