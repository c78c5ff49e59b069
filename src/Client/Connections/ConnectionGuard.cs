using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Orleans;
using Orleans.Connections.Security;

namespace IqdbFlat.Client.Connections;

/// <summary>What a connection of Orleans goes through before the first message: TLS where there is an identity, and inside it the proof of a key where there is one.</summary>
internal static class ConnectionGuard
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Lets those in that connect to this process.</summary>
    /// <param name="builder">The connections.</param>
    /// <param name="identity">The own certificate; null for no TLS.</param>
    /// <param name="key">The key to be proved; null for none.</param>
    /// <param name="silosOnly">Whether the other end must be a silo.</param>
    public static void LetIn(this IConnectionBuilder builder, Identity? identity, KeyProof? key, bool silosOnly)
    {
        if (identity is not null)
            builder.UseServerTls(Tls(identity, certificate => identity.IsPeer(certificate, silosOnly)));
        if (key is not null)
            builder.Use(next => context => ProveAsync(context, next, key.AsServerAsync));
    }

    /// <summary>Connects to a silo.</summary>
    public static void Enter(this IConnectionBuilder builder, Identity? identity, KeyProof? key)
    {
        if (identity is not null)
            builder.UseClientTls(Tls(identity, identity.IsSiloAsServer));
        if (key is not null)
            builder.Use(next => context => ProveAsync(context, next, key.AsClientAsync));
    }

    private static TlsOptions Tls(Identity identity, Func<X509Certificate2, bool> isGood) => new()
    {
        LocalCertificate = identity.Certificate,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
        // The platform's own findings are not looked at: it knows nothing of the cluster's authority. The name is checked with the rest.
        RemoteCertificateValidation = (certificate, _, _) => isGood(certificate),
        OnAuthenticateAsClient = (_, options) => options.TargetHost = identity.SiloName,
        HandshakeTimeout = Patience,
    };

    private static async Task ProveAsync(ConnectionContext context, ConnectionDelegate next, Func<System.IO.Pipelines.IDuplexPipe, CancellationToken, Task<bool>> prove)
    {
        using (var clock = new CancellationTokenSource(Patience))
        {
            if (!await prove(context.Transport, clock.Token))
                throw new ConnectionAbortedException("The peer does not know the key of this connection.");
        }

        await next(context);
    }
}
