using IqdbFlat.Silo.Servers;
using Microsoft.Data.Sqlite;

namespace IqdbFlat.Silo.Storage;

/// <summary>The file of a SQLite store: how it is opened, and what is in a new one.</summary>
internal static class SqliteFile
{
    /// <summary>Bytes of a page, the largest there is: records are large, and fewer pages mean fewer links to follow.</summary>
    public const int PageBytes = 65_536;

    private const string Script = "sqlite-storage.sql";

    /// <summary>The connection string of a file.</summary>
    public static string ConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.GetFullPath(path),
        Mode = SqliteOpenMode.ReadWriteCreate,

        // How long a statement waits for another process that holds the file, in seconds.
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>Makes the file and its tables, or brings those of an existing one up to date.</summary>
    /// <remarks>
    /// Page size and journal mode are kept in the file. A commit is on disk when it returns: in WAL mode that takes synchronous=FULL,
    /// which is a setting of each connection, and which <see cref="CheckDurable"/> finds to be what the library begins with.
    /// </remarks>
    public static void Prepare(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        Execute(connection, $"PRAGMA page_size = {PageBytes};");
        Execute(connection, "PRAGMA journal_mode = WAL;");
        CheckDurable(connection);
        Execute(connection, Scripts.Read(Script));
    }

    private static void CheckDurable(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous;";
        long synchronous = (long)command.ExecuteScalar()!;
        if (synchronous < 2)
            throw FlatIndexException.InvalidConfig($"SQLite must begin with synchronous at FULL (2) or above, found {synchronous}: a commit would not be durable");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant or the script in this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
