using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IqdbFlat.Tests.Servers;

/// <summary>A Redis server that has every write on disk before it answers.</summary>
public sealed class RedisServer : PrivateServer
{
    private static readonly string? Program = Find("redis-server");
    private readonly string[] _settings;

    private RedisServer(string[] settings) => _settings = settings;

    /// <summary>Why there can be none on this machine; null where there can.</summary>
    public static string? Missing => Program is null ? "redis-server is not installed: ./test --install gets it." : null;

    /// <inheritdoc/>
    public override string ConnectionString => $"127.0.0.1:{Port},password={Password}";

    /// <inheritdoc/>
    protected override (string Orderly, string AtOnce) Signals => ("TERM", "KILL");

    /// <inheritdoc/>
    protected override IEnumerable<string> Command =>
    [
        Program!, "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", Folder, "--requirepass", Password,
        "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no", .. _settings,
    ];

    /// <summary>Starts one.</summary>
    /// <param name="settings">Further settings, as <c>--maxmemory 100mb</c> in two words.</param>
    public static async Task<RedisServer> NewAsync(params string[] settings)
    {
        var server = new RedisServer(settings);
        await server.StartAsync();
        return server;
    }

    /// <inheritdoc/>
    protected override async Task AskAsync(CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellation);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {Password}\r\nPING\r\n"), cancellation);
        using var reader = new StreamReader(stream);
        string answer = $"{await reader.ReadLineAsync(cancellation)} {await reader.ReadLineAsync(cancellation)}";
        if (answer != "+OK +PONG")
            throw new InvalidOperationException($"it answered {answer}");
    }
}
