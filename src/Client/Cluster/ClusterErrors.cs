using System.Net.Sockets;
using IqdbFlat.Engine;
using Microsoft.AspNetCore.Connections;
using Orleans.Networking.Shared;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace IqdbFlat.Client.Cluster;

/// <summary>Turns what Orleans throws into the one exception type of the index; the original stays inside.</summary>
internal static class ClusterErrors
{
    /// <summary>Whether the message, or its answer, got lost on the way: for a read, another attempt is free.</summary>
    public static bool IsLostMessage(Exception error) => error is OrleansMessageRejectionException or ConnectionFailedException or ClientNotAvailableException
        or SocketConnectionException or ConnectionAbortedException or SocketException or IOException;

    /// <summary>
    /// The typed error for an exception, or null for one that is none of Orleans' own. A write whose message or answer was lost may have been applied, and nobody can tell.
    /// </summary>
    public static FlatIndexException? Translate(Exception error, bool isWrite) => error switch
    {
        TimeoutException => Timeout("the cluster did not answer", isWrite, error),
        _ when IsRefusal(error) => Wrap(FlatIndexException.Overloaded("the cluster's queues are full"), error),
        _ when !IsLostMessage(error) => null,
        _ when isWrite => Timeout("the connection to the cluster was lost before it answered", isWrite, error),
        _ => Wrap(FlatIndexException.Unavailable("the cluster cannot be reached"), error),
    };

    public static FlatIndexException Timeout(string reason, bool mayHaveBeenApplied, Exception? inner) =>
        Wrap(FlatIndexException.Timeout(reason, mayHaveBeenApplied), inner);

    /// <summary>The same error, saying also which index.</summary>
    public static FlatIndexException NameIndex(FlatIndexException error, string index) =>
        error.Error.Index is null ? new(error.Error with { Index = index }, error.InnerException ?? error) : error;

    // Refused before it ran: a full queue at the gateway or the grain.
    private static bool IsRefusal(Exception error) => error is GatewayTooBusyException or LimitExceededException;

    private static FlatIndexException Wrap(FlatIndexException error, Exception? inner) => new(error.Error, inner);
}
