using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using Microsoft.Data.Sqlite;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>The SQLite file of an embedded database. One process has it at a time; every write is a transaction that is on disk before it is seen.</summary>
/// <remarks>
/// <para>The order of <c>sequence</c> is that of insertion: a record that is written again gets a new one. Contents carry a checksum, so that damage is named and not searched.</para>
/// <para>The lock on the file is held from the first statement to the end, which SQLite's exclusive mode is for; so nothing else can have changed what was loaded.</para>
/// </remarks>
internal sealed class EmbeddedFile : IDisposable
{
    private const int ApplicationId = 0x49516462;
    private const int Version = 1;
    private const int SecondsForTheLock = 2;
    private const int LoadBatch = 1_000;

    private const string Schema = """
        CREATE TABLE collection (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, shape BLOB NOT NULL, checksum INTEGER NOT NULL);
        CREATE TABLE record (sequence INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, id BLOB NOT NULL, content BLOB NOT NULL, checksum INTEGER NOT NULL);
        CREATE UNIQUE INDEX record_by_id ON record (collection, id);
        """;

    private readonly Lock _using = new();
    private readonly SqliteConnection _connection;

    private EmbeddedFile(string path, SqliteConnection connection) => (Path, _connection) = (path, connection);

    public string Path { get; }

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="FlatIndexException">Unavailable: another process has it, or it cannot be opened, read or written. CorruptData: it is no such file, or a damaged one.</exception>
    public static EmbeddedFile Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = SecondsForTheLock }.ToString());
        var file = new EmbeddedFile(path, connection);
        try
        {
            return file.Guarded(file.Prepared);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The collections in the file, with their numbers.</summary>
    public IReadOnlyList<(long Number, string Name, CollectionShape Shape)> Collections() => Guarded(() =>
    {
        var found = new List<(long, string, CollectionShape)>();
        using var command = Command("SELECT number, name, shape, checksum FROM collection ORDER BY number");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            string name = reader.GetString(1);
            byte[] shape = reader.GetFieldValue<byte[]>(2);
            if (RecordForm.Checksum(System.Text.Encoding.UTF8.GetBytes(name), shape) != reader.GetInt64(3))
                throw Damaged($"collection '{name}'", "does not have the checksum that it was written with");
            found.Add((reader.GetInt64(0), name, RecordForm.ReadShape(shape)));
        }

        return found;
    });

    /// <summary>Hands a collection's rows to the table, in the order of insertion.</summary>
    public void Load(long collection, EmbeddedTable table) => Guarded(() =>
    {
        using var command = Command("SELECT sequence, id, content, checksum FROM record WHERE collection = $collection ORDER BY sequence", ("$collection", collection));
        using var reader = command.ExecuteReader();
        var rows = new List<Row>(LoadBatch);
        while (reader.Read())
        {
            byte[] id = reader.GetFieldValue<byte[]>(1);
            byte[] content = reader.GetFieldValue<byte[]>(2);
            string record = $"record {reader.GetInt64(0)} of collection '{table.Name}'";
            if (RecordForm.Checksum(id, content) != reader.GetInt64(3))
                throw Damaged(record, "does not have the checksum that it was written with");
            rows.Add(RecordForm.ReadRow(id, content));
            if (rows.Count == LoadBatch)
                Flush(rows);
        }

        Flush(rows);
        return true;

        void Flush(List<Row> loaded)
        {
            table.Load(loaded);
            loaded.Clear();
        }
    });

    public long Create(string name, CollectionShape shape) => Guarded(() =>
    {
        byte[] form = RecordForm.WriteShape(shape);
        using var command = Command(
            "INSERT INTO collection (name, shape, checksum) VALUES ($name, $shape, $checksum) RETURNING number",
            ("$name", name), ("$shape", form), ("$checksum", RecordForm.Checksum(System.Text.Encoding.UTF8.GetBytes(name), form)));
        return (long)command.ExecuteScalar()!;
    });

    public void Drop(long collection) => InTransaction(() =>
    {
        Execute("DELETE FROM record WHERE collection = $collection", ("$collection", collection));
        Execute("DELETE FROM collection WHERE number = $collection", ("$collection", collection));
    });

    public void Upsert(long collection, IReadOnlyList<Row> rows) => InTransaction(() =>
    {
        // A replaced row goes and comes back with a higher sequence, as in the index.
        using var command = Command(
            "INSERT OR REPLACE INTO record (collection, id, content, checksum) VALUES ($collection, $id, $content, $checksum)",
            ("$collection", collection), ("$id", null), ("$content", null), ("$checksum", null));
        foreach (var row in rows)
        {
            byte[] id = RecordForm.WriteId(row.Id);
            byte[] content = RecordForm.WriteContent(row);
            command.Parameters["$id"].Value = id;
            command.Parameters["$content"].Value = content;
            command.Parameters["$checksum"].Value = RecordForm.Checksum(id, content);
            command.ExecuteNonQuery();
        }
    });

    public void Delete(long collection, IReadOnlyList<RowId> ids) => InTransaction(() =>
    {
        using var command = Command("DELETE FROM record WHERE collection = $collection AND id = $id", ("$collection", collection), ("$id", null));
        foreach (var id in ids)
        {
            command.Parameters["$id"].Value = RecordForm.WriteId(id);
            command.ExecuteNonQuery();
        }
    });

    public void Dispose()
    {
        lock (_using)
            _connection.Dispose();
    }

    private EmbeddedFile Prepared()
    {
        _connection.Open();
        Execute("PRAGMA locking_mode = EXCLUSIVE");
        // WAL is noted in the file, so a file of something else is refused before.
        HasSchema();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        using var transaction = _connection.BeginTransaction(deferred: false);
        // Another process may have made it what it is since.
        if (!HasSchema())
        {
            Execute(Schema);
            Execute($"PRAGMA application_id = {ApplicationId}");
            Execute($"PRAGMA user_version = {Version}");
        }

        transaction.Commit();
        return this;
    }

    /// <summary>Whether the file is one of this version, or else empty; throws for any other.</summary>
    private bool HasSchema()
    {
        long application = Number("PRAGMA application_id");
        long version = Number("PRAGMA user_version");
        if (application == ApplicationId && version == Version)
            return true;
        return application == 0 && version == 0 && Number("SELECT count(*) FROM sqlite_master") == 0
            ? false
            : throw Damaged("the file", $"is a SQLite file of something else or of another version: expected {ApplicationId} and {Version}, found {application} and {version}");
    }

    private void InTransaction(Action write) => Guarded(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        write();
        transaction.Commit();
        return true;
    });

    private T Guarded<T>(Func<T> use)
    {
        lock (_using)
        {
            try
            {
                return use();
            }
            catch (SqliteException error)
            {
                throw new FlatIndexException(ErrorOf(error), error);
            }
            catch (InvalidDataException error)
            {
                throw new FlatIndexException(Damaged("a record", $"cannot be read: {error.Message}").Error, error);
            }
        }
    }

    private FlatError ErrorOf(SqliteException error) => error.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => FlatIndexException.Unavailable($"the file '{Path}' is in use by another process").Error,
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => Damaged("the file", $"is damaged or no database: {error.Message}").Error,
        // Whether a transaction is on a disk that failed while it was written is not known.
        var code => FlatIndexException.Unavailable($"the file '{Path}' cannot be used: {error.Message}").Error with { MayHaveBeenApplied = code == SQLitePCL.raw.SQLITE_IOERR },
    };

    private FlatIndexException Damaged(string record, string reason) => FlatIndexException.CorruptData($"{Path}: {record}", reason);

    private long Number(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
