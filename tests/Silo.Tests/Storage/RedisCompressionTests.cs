using System.Collections.Concurrent;
using IqdbFlat.Tests.Servers;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class RedisCompressionTests
{
    [Theory]
    [InlineData("yes", 1)]
    [InlineData("no", 0)]
    public async Task A_server_that_compresses_vectors_is_named_once_at_the_start(string compression, int lines)
    {
        await using var servers = new PrivateServers();
        var server = await servers.StartRedisAsync("--rdbcompression", compression);
        using var log = new KeptLog();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddRedisRecords(server.ConnectionString).ConfigureLogging(logging => logging.AddProvider(log)));
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        Assert.Equal(lines, log.Lines.Count(line => line.Contains($"{server.Endpoint} has rdbcompression yes", StringComparison.Ordinal)));
        Assert.DoesNotContain(log.Lines, line => line.Contains(server.Password, StringComparison.Ordinal));
    }

    /// <summary>All lines that a silo logs.</summary>
    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
