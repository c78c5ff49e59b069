using System.Net.Sockets;
using Npgsql;

namespace IqdbFlat.Silo.Servers;

/// <summary>A PostgreSQL database that a connection string names. What it says of itself never holds the password.</summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>The name under which Orleans knows the driver.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>The first version that tells two absent values in a unique index to be equal.</summary>
    private const int OldestMajor = 15;

    private readonly string _place;

    private PostgreSqlServer(NpgsqlDataSource source, string place) => (Source, _place) = (source, place);

    /// <summary>Connections to it, in a pool. Its own connection string is without the password.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Reads a connection string and connects to nothing yet.</summary>
    /// <param name="setting">The setting that it comes from, for errors.</param>
    /// <param name="connectionString">In the form of Npgsql.</param>
    /// <param name="connections">Connections at most, where the string does not say.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: it cannot be read. The message shows nothing of it.</exception>
    public static PostgreSqlServer Of(string setting, string connectionString, int connections = 24)
    {
        var settings = Parse(setting, connectionString);
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = connections;

        // A record of many MiB on a slow disk takes its time; a server that is gone is noticed by the connection.
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = 60;
        if (!settings.ShouldSerialize("Keepalive"))
            settings.KeepAlive = 10;
        if (!settings.ShouldSerialize("Application Name"))
            settings.ApplicationName = "iqdbflat";
        settings.PersistSecurityInfo = false;
        return new(NpgsqlDataSource.Create(settings), $"PostgreSQL at {settings.Host}:{settings.Port}, database {settings.Database ?? settings.Username}");
    }

    /// <summary>Opens a connection to a server that is there and recent enough.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/> or <see cref="FlatErrorKind.InvalidConfig"/>, in one sentence.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await Source.OpenConnectionAsync(cancellation);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or SocketException)
        {
            throw Failed("cannot be reached", error);
        }

        if (connection.PostgreSqlVersion.Major >= OldestMajor)
            return connection;
        string version = connection.ServerVersion;
        await connection.DisposeAsync();
        throw FlatIndexException.InvalidConfig($"{_place} has version {version}, expected {OldestMajor} or later");
    }

    /// <summary>What went wrong with this server, in one sentence.</summary>
    public FlatIndexException Failed(string what, Exception error) =>
        new(FlatIndexException.Unavailable($"{_place} {what}: {Reason(error)}").Error, error);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <inheritdoc/>
    public override string ToString() => _place;

    private static NpgsqlConnectionStringBuilder Parse(string setting, string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (!string.IsNullOrEmpty(settings.Host))
                return settings;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The parser's own words may hold a part of the password: they are not passed on.
        }

        throw FlatIndexException.InvalidConfig(
            $"{setting} is a connection string for PostgreSQL, as in Host=db;Database=iqdbflat;Username=iqdbflat;Password=..., found one that cannot be read");
    }

    private static string Reason(Exception error) => error switch
    {
        PostgresException refused => refused.MessageText,
        { InnerException: SocketException or TimeoutException } => error.InnerException.Message.TrimEnd('.'),
        _ => error.Message.TrimEnd('.'),
    };
}
