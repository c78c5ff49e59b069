using System.Net;
using System.Net.Sockets;

namespace IqdbFlat.Silo.Hosting;

/// <summary>
/// Settles ports before anything is started. Orleans wants to know its ports beforehand, so 0 becomes a port that is free now; a port that is taken is told in one sentence.
/// </summary>
internal static class FreePorts
{
    /// <summary>The ports asked for, each 0 replaced by a free one; all differ.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a port is taken or the address is not this machine's.</exception>
    public static int[] Settle(IPAddress address, params ReadOnlySpan<int> ports)
    {
        var held = new List<TcpListener>();
        try
        {
            var settled = new int[ports.Length];
            for (int i = 0; i < ports.Length; i++)
            {
                var listener = Hold(address, ports[i]);
                held.Add(listener);
                settled[i] = ((IPEndPoint)listener.LocalEndpoint).Port;
            }

            return settled;
        }
        finally
        {
            foreach (var listener in held)
                listener.Dispose();
        }
    }

    private static TcpListener Hold(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new FlatIndexException(
                FlatIndexException.InvalidConfig($"the silo cannot listen on {new IPEndPoint(address, port)}: {error.Message}").Error, error);
        }
    }
}
