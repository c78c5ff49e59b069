using Npgsql;

namespace IqdbFlat.Silo.Servers;

/// <summary>Tables and queries that a PostgreSQL database needs, from a script in deploy/sql. A database says which version of them it has.</summary>
internal sealed class PostgreSqlSchema
{
    /// <summary>"iqdbflat" in ASCII: silos that start at once apply one after the other.</summary>
    private const long Lock = 0x69716462666c6174;

    private readonly string _versionKey;
    private readonly int _version;

    private PostgreSqlSchema(string name, string versionKey, int version)
    {
        (Name, _versionKey, _version) = (name, versionKey, version);
        Script = Scripts.Read($"postgresql-{name}.sql");
    }

    /// <summary>For records.</summary>
    public static PostgreSqlSchema Storage { get; } = new("storage", "IqdbFlatStorageSchema", 1);

    /// <summary>For the list of silos.</summary>
    public static PostgreSqlSchema Clustering { get; } = new("clustering", "IqdbFlatClusteringSchema", 1);

    /// <summary>What it is for.</summary>
    public string Name { get; }

    /// <summary>Its version, which the script writes into the database.</summary>
    public int Version => _version;

    /// <summary>The script, which changes nothing that is there already.</summary>
    public string Script { get; }

    /// <summary>
    /// Runs the script where the database has an older version or none, in one transaction; answers whether it did. A database that is up to date is only read, so that the silo's user
    /// needs no right to make tables once they are there.
    /// </summary>
    /// <exception cref="FlatIndexException">It cannot be reached, or its user may not make the tables; in one sentence.</exception>
    public async Task<bool> ApplyAsync(PostgreSqlServer server, CancellationToken cancellation)
    {
        await using var connection = await server.OpenAsync(cancellation);
        try
        {
            if (await ReadVersionAsync(connection, cancellation) >= _version)
                return false;
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellation);
            bool isBehind = await ReadVersionAsync(connection, cancellation) < _version;
            if (isBehind)
                await ExecuteAsync(connection, Script, cancellation);
            await transaction.CommitAsync(cancellation);
            return isBehind;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new FlatIndexException(
                FlatIndexException.InvalidConfig(
                    $"{server} has no tables for {Name} and its user may not make them ({error.MessageText}): run 'iqdbflat schema' as one who may").Error,
                error);
        }
        catch (NpgsqlException error)
        {
            throw server.Failed($"cannot be given its tables for {Name}", error);
        }
    }

    /// <summary>Whether the database has these tables, in any version.</summary>
    public async Task<bool> IsThereAsync(PostgreSqlServer server, CancellationToken cancellation)
    {
        await using var connection = await server.OpenAsync(cancellation);
        return await ReadVersionAsync(connection, cancellation) > 0;
    }

    private async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // By the table of tables: to_regclass would answer out of a cache, which a wait for the lock does not refresh.
        await using var find = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'orleansquery' AND pg_table_is_visible(oid))", connection);
        if (await find.ExecuteScalarAsync(cancellation) is not true)
            return 0;
        await using var read = new NpgsqlCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", connection);
        read.Parameters.AddWithValue(_versionKey);
        return int.TryParse(await read.ExecuteScalarAsync(cancellation) as string, out int version) ? version : 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // The text is a constant or a script in this assembly.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
