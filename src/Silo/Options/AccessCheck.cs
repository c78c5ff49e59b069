using System.Net;
using IqdbFlat.Client.Connections;

namespace IqdbFlat.Silo;

/// <summary>A silo is closed by default: beyond loopback every way in needs a key, or the silo does not start.</summary>
internal static class AccessCheck
{
    /// <summary>Where the certificates are set.</summary>
    public const string TlsSection = $"{IqdbFlatSiloOptions.Section}:Connections:Tls";

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/>, in one sentence. The length of a key is told, itself never.</summary>
    public static void Check(IqdbFlatSiloOptions options)
    {
        var connections = options.Connections;
        CheckKey("Dashboard:Key", options.Dashboard.Key, DashboardOptions.MinKeyLength, DashboardOptions.MaxKeyLength);
        CheckKey("Connections:GatewayKey", connections.GatewayKey, KeyProof.MinLength, KeyProof.MaxLength);
        CheckKey("Connections:SiloKey", connections.SiloKey, KeyProof.MinLength, KeyProof.MaxLength);
        if (connections.GatewayKey.Length > 0 && connections.GatewayKey == connections.SiloKey)
            throw Refusal($"{Name("Connections:GatewayKey")} and {Name("Connections:SiloKey")} differ, so that a client cannot join as a silo");
        bool hasTls = connections.Tls.Certificate.Length > 0;
        if (!hasTls && connections.Tls is { Authority.Length: > 0 } or { PrivateKey.Length: > 0 } or { Password.Length: > 0 })
            throw Refusal($"{TlsSection} names no {nameof(connections.Tls.Certificate)}: without it the other settings mean nothing");
        if (IPAddress.IsLoopback(IPAddress.Parse(options.Silo.BindAddress)))
            return;
        string beyond = $"beyond loopback (BindAddress {options.Silo.BindAddress})";
        if (options.Dashboard.Key.Length == 0)
            throw Refusal($"{beyond} everything on HTTP needs a key: set {Name("Dashboard:Key")}");
        if (!hasTls && (connections.GatewayKey.Length == 0 || connections.SiloKey.Length == 0))
        {
            throw Refusal(
                $"{beyond} clients and silos need keys or certificates: set {Name("Connections:GatewayKey")} and {Name("Connections:SiloKey")}, or {TlsSection}");
        }
    }

    private static void CheckKey(string setting, string key, int min, int max)
    {
        if (key.Length == 0)
            return;
        if (key.Length < min || key.Length > max)
            throw Refusal($"{Name(setting)} has {min} to {max} characters, found {key.Length}");
        if (key.Any(character => character is <= ' ' or > '~'))
            throw Refusal($"{Name(setting)} has printable ASCII characters without spaces only");
    }

    private static string Name(string setting) => $"{IqdbFlatSiloOptions.Section}:{setting}";

    private static FlatIndexException Refusal(string why) => FlatIndexException.InvalidConfig(why);
}
