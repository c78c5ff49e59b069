using System.Collections.Concurrent;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>The collections of one embedded database, by name.</summary>
internal sealed class EmbeddedTables : IDisposable
{
    private readonly ConcurrentDictionary<string, EmbeddedTable> _tables = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();
    private readonly FlatIndexOptions _options;
    private readonly EmbeddedFile? _file;
    private bool _disposed;

    /// <summary>Takes what the file has; in memory where there is none.</summary>
    public EmbeddedTables(FlatIndexOptions options, EmbeddedFile? file)
    {
        _options = options;
        _file = file;
        foreach (var (number, name, shape) in file?.Collections() ?? [])
        {
            var form = new RowForm(shape);
            var table = new EmbeddedTable(name, form, form.CreateIndex(_options), new FileTableLog(file!, number));
            _tables[name] = table;
            file!.Load(number, table);
        }
    }

    public IReadOnlyList<string> Names => [.. _tables.Keys.Order(StringComparer.Ordinal)];

    public EmbeddedTable? Find(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(IqdbFlatDatabase));
        return _tables.GetValueOrDefault(name);
    }

    public EmbeddedTable Ensure(string name, CollectionShape shape)
    {
        lock (_changing)
        {
            if (Find(name) is { } found)
                return found.Form.Shape.Vectors.SequenceEqual(shape.Vectors) ? found : throw FlatIndexException.IndexExists(name);
            // What no index accepts is told before the file hears of it.
            var form = new RowForm(shape);
            var index = form.CreateIndex(_options);
            try
            {
                ITableLog log = _file is null ? NoTableLog.Instance : new FileTableLog(_file, _file.Create(name, shape));
                return _tables[name] = new EmbeddedTable(name, form, index, log);
            }
            catch
            {
                index.Dispose();
                throw;
            }
        }
    }

    public void Drop(string name)
    {
        lock (_changing)
        {
            if (Find(name) is not { } table)
                return;
            table.Drop();
            _tables.TryRemove(name, out _);
        }
    }

    public void Dispose()
    {
        lock (_changing)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (var table in _tables.Values)
                table.Dispose();
            _file?.Dispose();
        }
    }
}
