using IqdbFlat.Silo.Servers;
using StackExchange.Redis;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>A key for each number, and one command a write.</summary>
internal sealed class RedisBareStore : IBareStore
{
    private readonly RedisServer _server;
    private readonly IDatabase _database;
    private readonly string _prefix = $"iqdbflat-bare-{Guid.NewGuid():n}/";
    private int _keys;

    private RedisBareStore(RedisServer server, IDatabase database) => (_server, _database) = (server, database);

    /// <summary>Connects.</summary>
    public static async Task<RedisBareStore> NewAsync(string setting, string connectionString)
    {
        var server = RedisServer.Of(setting, connectionString);
        return new(server, (await server.ConnectAsync()).GetDatabase());
    }

    /// <inheritdoc/>
    public async Task PutAsync(int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _keys = Math.Max(_keys, number + 1);
        await _database.StringSetAsync(_prefix + number, bytes);
    }

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken cancellationToken) =>
        _database.KeyDeleteAsync([.. Enumerable.Range(0, _keys).Select(number => (RedisKey)(_prefix + number))]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ClearAsync(CancellationToken.None);
        await _server.DisposeAsync();
    }
}
