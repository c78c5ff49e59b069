using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace IqdbFlat.Silo.Hosting;

/// <summary>
/// Settles ports before anything is started. Orleans wants to know its ports beforehand, and a process that is started again wants its own again, so 0 becomes a port that is free now; a
/// port that is taken is told in one sentence.
/// </summary>
/// <remarks>
/// Between settling a port and listening on it nobody holds it. So it lies below the range out of which systems give ports to outgoing connections and to whoever asks for any port, and a
/// process is not given one twice.
/// </remarks>
internal static class FreePorts
{
    private const int Lowest = 11_000;
    private const int Highest = 32_000;
    private const int Tries = 1_000;

    // Ports are the machine's, so what this process was given of them is the process's and not an object's.
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    /// <summary>The ports asked for, each 0 replaced by a free one; all differ.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a port is taken or the address is not this machine's.</exception>
    public static int[] Settle(IPAddress address, params ReadOnlySpan<int> ports)
    {
        var held = new List<TcpListener>();
        try
        {
            int[] settled = ports.ToArray();

            // Those that must be first: a free one could be one of them.
            foreach (int port in ports)
            {
                if (port != 0)
                    held.Add(Hold(address, port));
            }

            for (int i = 0; i < settled.Length; i++)
            {
                if (settled[i] != 0)
                    continue;
                var listener = HoldFree(address);
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

    private static TcpListener HoldFree(IPAddress address)
    {
        for (int i = 0; i < Tries; i++)
        {
            int port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (!IsNew(port))
                continue;
            try
            {
                return Hold(address, port);
            }
            catch (FlatIndexException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied })
            {
                // Somebody else's: another one then.
            }
        }

        // So many are taken that the system is to say which is not.
        return Hold(address, 0);
    }

    private static bool IsNew(int port)
    {
        lock (Gate)
            return Given.Add(port);
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
