using System.Net;
using StackExchange.Redis;

namespace IqdbFlat.Silo.Servers;

/// <summary>A Redis server that a connection string names, and the one connection to it. What it says of itself never holds the password.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    // A record of many MiB on a slow disk takes its time, and what waits behind it on the connection too.
    private const int AnswerMilliseconds = 60_000;
    private const int ConnectMilliseconds = 15_000;
    private const int ReconnectMilliseconds = 500;
    private const int KeepAliveSeconds = 10;

    private readonly ConfigurationOptions _settings;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _connection;

    private RedisServer(ConfigurationOptions settings) => _settings = settings;

    /// <summary>Reads a connection string and connects to nothing yet.</summary>
    /// <param name="setting">The setting that it comes from, for errors.</param>
    /// <param name="connectionString">In the form of StackExchange.Redis.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: it cannot be read. The message shows nothing of it.</exception>
    public static RedisServer Of(string setting, string connectionString)
    {
        var settings = Parse(setting, connectionString);
        bool Says(string name) => connectionString.Split(',').Any(part => part.TrimStart().StartsWith($"{name}=", StringComparison.OrdinalIgnoreCase));
        if (!Says("asyncTimeout") && !Says("syncTimeout"))
            settings.AsyncTimeout = settings.SyncTimeout = AnswerMilliseconds;
        if (!Says("connectTimeout"))
            settings.ConnectTimeout = ConnectMilliseconds;
        if (!Says("keepAlive"))
            settings.KeepAlive = KeepAliveSeconds;
        if (!Says("name"))
            settings.ClientName = "iqdbflat";
        settings.ReconnectRetryPolicy = new LinearRetry(ReconnectMilliseconds);
        return new(settings);
    }

    /// <summary>The connection; made at the first call, and kept. It comes back by itself when the server was away.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/>, in one sentence.</exception>
    public async Task<IConnectionMultiplexer> ConnectAsync()
    {
        await _connecting.WaitAsync();
        try
        {
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(_settings);
        }
        catch (RedisConnectionException error)
        {
            string reason = error.FailureType == ConnectionFailureType.AuthenticationFailure
                ? "it refuses the user or the password"
                : "no server answers there";
            throw new FlatIndexException(FlatIndexException.Unavailable($"{this} cannot be reached: {reason}").Error, error);
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _connecting.Dispose();
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    /// <inheritdoc/>
    public override string ToString() => $"Redis at {string.Join(", ", _settings.EndPoints.Select(Place))}";

    private static string Place(EndPoint endpoint) => endpoint is DnsEndPoint named ? $"{named.Host}:{named.Port}" : endpoint.ToString()!;

    private static ConfigurationOptions Parse(string setting, string connectionString)
    {
        try
        {
            var settings = ConfigurationOptions.Parse(connectionString);
            if (settings.EndPoints.Count > 0)
                return settings;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            // The parser's own words may hold a part of the password: they are not passed on.
        }

        throw FlatIndexException.InvalidConfig($"{setting} is a connection string for Redis, as in redis:6379,password=..., found one that cannot be read");
    }
}
