using IqdbFlat.Cli.Chaos.Servers;
using Npgsql;

namespace IqdbFlat.Tests.Servers;

/// <summary>What tests have a PostgreSQL do, as the owner of everything.</summary>
internal static class PostgreSqlStatements
{
    /// <summary>Makes an empty database and says how to reach it.</summary>
    public static async Task<string> CreateDatabaseAsync(this PostgreSqlProcess server, string name)
    {
        await server.ExecuteAsync("postgres", $"CREATE DATABASE \"{name}\"");
        return server.To(name);
    }

    /// <summary>Runs a statement.</summary>
    public static async Task ExecuteAsync(this PostgreSqlProcess server, string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.To(database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
