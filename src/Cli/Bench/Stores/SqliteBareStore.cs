using IqdbFlat.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>A file of its own, opened as the silo opens one, and one insert a commit.</summary>
internal sealed class SqliteBareStore : IBareStore
{
    private readonly SqliteConnection _connection;

    /// <summary>Makes the file.</summary>
    public SqliteBareStore(string path)
    {
        SqliteFile.Prepare(path);
        _connection = new(SqliteFile.ConnectionString(path));
        _connection.Open();
        using var command = _connection.CreateCommand();
        command.CommandText = "CREATE TABLE Bare (Number INTEGER PRIMARY KEY, Payload BLOB NOT NULL)";
        command.ExecuteNonQuery();
    }

    /// <summary>One commit at a time, whoever asks: the file takes no more.</summary>
    public Task PutAsync(int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        lock (_connection)
            Put(number, bytes);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken cancellationToken)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "DELETE FROM Bare";
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    private void Put(int number, ReadOnlyMemory<byte> bytes)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "INSERT INTO Bare (Number, Payload) VALUES ($number, $payload)";
        command.Parameters.AddWithValue("$number", number);
        command.Parameters.AddWithValue("$payload", bytes.ToArray());
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
