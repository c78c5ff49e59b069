using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, EmbeddedTable> _tables = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();
    private readonly FlatIndexOptions _options;
    private bool _disposed;

    /// <summary>A database in memory, which ends with this object.</summary>
    /// <param name="threads">Threads that scan for one search, 1 to 1,024.</param>
    public IqdbFlatDatabase(int threads = 1) => _options = new FlatIndexOptions { Threads = threads };

    /// <summary>What the database is called in metadata and errors: <c>memory</c>, or the path of its file.</summary>
    public string Name { get; } = "memory";

    /// <summary>The names of the collections that exist, in ordinal order.</summary>
    public IReadOnlyList<string> CollectionNames
    {
        get
        {
            CheckOpen();
            return [.. _tables.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Ends the database. Stores and collections of it can no longer be used.</summary>
    public void Dispose()
    {
        lock (_changing)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (var table in _tables.Values)
                table.Dispose();
            _tables.Clear();
        }
    }

    internal EmbeddedTable? Find(string name)
    {
        CheckOpen();
        return _tables.GetValueOrDefault(name);
    }

    internal EmbeddedTable Ensure(string name, CollectionShape shape)
    {
        lock (_changing)
        {
            CheckOpen();
            if (!_tables.TryGetValue(name, out var table))
            {
                table = new EmbeddedTable(name, shape, _options, NoTableLog.Instance);
                _tables[name] = table;
            }
            else if (!table.Form.Shape.Vectors.SequenceEqual(shape.Vectors))
            {
                throw FlatIndexException.IndexExists(name);
            }

            return table;
        }
    }

    internal void Drop(string name)
    {
        lock (_changing)
        {
            CheckOpen();
            if (!_tables.TryGetValue(name, out var table))
                return;
            table.Drop();
            _tables.TryRemove(name, out _);
        }
    }

    private void CheckOpen() => ObjectDisposedException.ThrowIf(_disposed, this);
}
