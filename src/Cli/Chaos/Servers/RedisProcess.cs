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
/// <param name="settings">Further settings, as <c>--maxmemory 100mb</c> in two words.</param>
internal sealed class RedisProcess(ProcessGuard guard, string folder, string name = "redis", IPAddress? address = null, params string[] settings)
    : ServerProcess(guard, folder, name, address)
{
    private const string Program = "redis-server";

    /// <summary>Why there can be none on this machine; null where there can.</summary>
    public static string? Missing => ServerPrograms.Missing(Program);

    /// <inheritdoc/>
    public override string ConnectionString => $"{Endpoint},password={Password}";

    /// <inheritdoc/>
    protected override string Ready => "Ready to accept connections";

    /// <inheritdoc/>
    protected override ProcessStartInfo Command() => new(
        ServerPrograms.Find(Program),
        [
            "--port", Endpoint.Port.ToString(CultureInfo.InvariantCulture), "--bind", Endpoint.Address.ToString(), "--requirepass", Password,
            "--dir", Folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "", .. settings,
        ]);
}
