using IqdbFlat.Silo.Servers;
using Npgsql;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>A table of its own, stored as records are, and one insert a commit.</summary>
internal sealed class PostgreSqlBareStore : IBareStore
{
    private readonly PostgreSqlServer _server;
    private readonly string _table = $"iqdbflat_bare_{Guid.NewGuid():n}";

    private PostgreSqlBareStore(PostgreSqlServer server) => _server = server;

    /// <summary>Makes the table.</summary>
    public static async Task<PostgreSqlBareStore> NewAsync(string setting, string connectionString, CancellationToken cancellationToken)
    {
        var store = new PostgreSqlBareStore(PostgreSqlServer.Of(setting, connectionString));
        await using var connection = await store._server.OpenAsync(cancellationToken);
        await store.ExecuteAsync($"CREATE TABLE {store._table} (number integer PRIMARY KEY, payload bytea NOT NULL)");
        await store.ExecuteAsync($"ALTER TABLE {store._table} ALTER COLUMN payload SET STORAGE EXTERNAL");
        return store;
    }

    /// <inheritdoc/>
    public async Task PutAsync(int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using var command = Command($"INSERT INTO {_table} (number, payload) VALUES ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken cancellationToken) => ExecuteAsync($"TRUNCATE {_table}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"DROP TABLE {_table}");
        await _server.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Command(sql);
        await command.ExecuteNonQueryAsync();
    }

#pragma warning disable CA2100 // The name of the table is made here.
    private NpgsqlCommand Command(string sql) => _server.Source.CreateCommand(sql);
#pragma warning restore CA2100
}
