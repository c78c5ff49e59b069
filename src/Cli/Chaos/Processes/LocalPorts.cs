using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>
/// Ports for processes that are stopped and started again at the same place. They lie below the range out of which systems give ports to
/// outgoing connections: one of those could otherwise take the port of a process that is down.
/// </summary>
internal static class LocalPorts
{
    private const int Lowest = 11_000;
    private const int Highest = 32_000;

    /// <summary>Ports that are free now; all differ.</summary>
    public static int[] Take(int count, IPAddress? address = null)
    {
        var held = new List<TcpListener>(count);
        try
        {
            for (int attempt = 0; held.Count < count; attempt++)
            {
                if (attempt > Highest - Lowest)
                    throw FlatIndexException.Unavailable($"there are no {count} free ports from {Lowest} to {Highest}");
                var listener = new TcpListener(address ?? IPAddress.Loopback, RandomNumberGenerator.GetInt32(Lowest, Highest)) { ExclusiveAddressUse = true };
                try
                {
                    listener.Start();
                    held.Add(listener);
                }
                catch (SocketException)
                {
                    listener.Dispose();
                }
            }

            return [.. held.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in held)
                listener.Dispose();
        }
    }
}
