using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace IqdbFlat.Silo;

/// <summary>Where a silo can be reached; a service of its container.</summary>
public sealed class SiloAddresses
{
    private readonly IServer _server;

    internal SiloAddresses(IPEndPoint silo, IPEndPoint gateway, IServer server)
    {
        Silo = silo;
        Gateway = gateway;
        _server = server;
    }

    /// <summary>For other silos.</summary>
    public IPEndPoint Silo { get; }

    /// <summary>For clients.</summary>
    public IPEndPoint Gateway { get; }

    /// <summary>For health, dashboard and pages. Known once the silo has started; before that: <see cref="InvalidOperationException"/>.</summary>
    public Uri Http => _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
        ? new Uri(address)
        : throw new InvalidOperationException("The silo has not started.");

    /// <summary>All of them, in one line.</summary>
    public override string ToString() => $"silo {Silo}, gateway {Gateway}, http {Http}";
}
