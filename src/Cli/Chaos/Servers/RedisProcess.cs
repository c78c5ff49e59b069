using System.Diagnostics;
using System.Globalization;
using System.Net;
using IqdbFlat.Cli.Chaos.Processes;

namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>A Redis server of this process's own, on a free port, which has every write on disk before it answers.</summary>
/// <param name="guard">Kills it when this process ends.</param>
/// <param name="folder">Where its data and its log lie.</param>
/// <param name="name">Its name there.</param>
/// <param name="address">Where it listens; null for loopback.</param>
internal sealed class RedisProcess(ProcessGuard guard, string folder, string name = "redis", IPAddress? address = null)
    : ServerProcess(guard, folder, name, address)
{
    /// <inheritdoc/>
    public override string ConnectionString => Endpoint.ToString();

    /// <inheritdoc/>
    protected override string Ready => "Ready to accept connections";

    /// <inheritdoc/>
    protected override ProcessStartInfo Command() => new(ServerPrograms.Find("redis-server"))
    {
        ArgumentList =
        {
            "--port", Endpoint.Port.ToString(CultureInfo.InvariantCulture),
            "--bind", Endpoint.Address.ToString(),

            // Without a password it serves loopback alone, unless told so. Any other address is one of a network that the run has made.
            "--protected-mode", "no",
            "--dir", Folder,
            "--appendonly", "yes",
            "--appendfsync", "always",
            "--save", "",
        },
    };
}
