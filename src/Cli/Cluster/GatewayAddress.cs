using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IqdbFlat.Engine;
using IqdbFlat.Silo;

namespace IqdbFlat.Cli.Cluster;

/// <summary>A gateway as people write it: <c>127.0.0.1:30000</c>, <c>silo-0.example:30000</c>, <c>[::1]:30000</c>; without a port, the silo's default.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port for clients.</param>
internal sealed record GatewayAddress(string Host, int Port)
{
    private static readonly int DefaultPort = new SiloOptions().GatewayPort;

    /// <summary>Reads an address.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> for what is none.</exception>
    public static GatewayAddress Parse(string text)
    {
        var (host, port) = Split(text);
        bool isHost = host.Contains(':', StringComparison.Ordinal)
            ? IPAddress.TryParse(host, out _)
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 && host.AsSpan().ContainsAnyExceptInRange('0', '9');
        if (!isHost || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
            throw FlatIndexException.InvalidConfig($"expected a gateway as host:port, such as 127.0.0.1:{DefaultPort}, found '{text}'");
        return new(host, number);
    }

    /// <summary>The addresses behind the name.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/> when nobody knows the name.</exception>
    public async Task<IEnumerable<IPEndPoint>> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken);
            return addresses.Select(address => new IPEndPoint(address, Port));
        }
        catch (SocketException error)
        {
            throw new FlatIndexException(FlatIndexException.Unavailable($"the gateway {this} cannot be found: {error.Message}").Error, error);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static (string Host, string Port) Split(string text)
    {
        string byDefault = DefaultPort.ToString(CultureInfo.InvariantCulture);
        int bracket = text.LastIndexOf(']');
        int colon = text.LastIndexOf(':');
        if (text.StartsWith('[') && bracket > 0)
            return (text[1..bracket], bracket == text.Length - 1 ? byDefault : colon == bracket + 1 ? text[(colon + 1)..] : "");
        return colon < 0 || text.IndexOf(':', StringComparison.Ordinal) != colon ? (text, byDefault) : (text[..colon], text[(colon + 1)..]);
    }
}
