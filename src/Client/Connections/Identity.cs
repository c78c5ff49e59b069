using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Connections;

/// <summary>A certificate with its key, and the judgement on those of others: what <see cref="TlsFiles"/> name, read and checked.</summary>
internal sealed class Identity
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const string UsesExtension = "2.5.29.37";

    private readonly X509Certificate2Collection _roots = [];
    private readonly X509Certificate2Collection _intermediates = [];
    private readonly bool _checkRevocation;

    private Identity(X509Certificate2 certificate, X509Certificate2Collection authority, string siloName, bool checkRevocation)
    {
        (Certificate, SiloName, _checkRevocation) = (certificate, siloName, checkRevocation);
        foreach (var one in authority)
            (one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData) ? _roots : _intermediates).Add(one);
    }

    /// <summary>The own certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The name of silos.</summary>
    public string SiloName { get; }

    /// <summary>Reads the files.</summary>
    /// <param name="files">Their names; a certificate is named.</param>
    /// <param name="setting">How the settings are called, as in <c>IqdbFlat:Connections:Tls</c>.</param>
    /// <param name="isSilo">Whether the certificate is a silo's.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>, in one sentence, for what nobody would accept.</exception>
    public static Identity Read(TlsFiles files, string setting, bool isSilo)
    {
        if (files.Authority.Length == 0)
            throw FlatIndexException.InvalidConfig($"{setting}:Authority must name the file of the authority that issues the cluster's certificates");
        if (Uri.CheckHostName(files.SiloName) != UriHostNameType.Dns)
            throw FlatIndexException.InvalidConfig($"{setting}:SiloName is the DNS name in the certificates of all silos, found '{files.SiloName}'");
        var authority = Try(files.Authority, () => ReadAuthority(files.Authority));
        var identity = new Identity(Try(files.Certificate, () => ReadCertificate(files)), authority, files.SiloName, files.CheckRevocation);
        if (identity._roots.Count == 0)
            throw FlatIndexException.InvalidConfig($"{files.Authority} has no certificate of a root authority, which is one that signs itself");
        identity.CheckOwn(files.Certificate, isSilo);
        return identity;
    }

    /// <summary>Whether the server at the other end is a silo of the cluster.</summary>
    public bool IsSiloAsServer(X509Certificate2 certificate) => IsIssued(certificate, ServerUse) && HasSiloName(certificate);

    /// <summary>Whether the client at the other end has a certificate of the cluster; and, where it must be a silo, a silo's.</summary>
    public bool IsPeer(X509Certificate2 certificate, bool mustBeSilo) => IsIssued(certificate, ClientUse) && (!mustBeSilo || HasSiloName(certificate));

    private bool HasSiloName(X509Certificate2 certificate) => certificate.MatchesHostname(SiloName, allowWildcards: false, allowCommonName: false);

    private bool IsIssued(X509Certificate2 certificate, string use) => Judge(certificate, use, _checkRevocation) is null;

    // Only the cluster's own authority counts, whatever the machine believes. Null for a good certificate.
    private string? Judge(X509Certificate2 certificate, string use, bool checkRevocation)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.ExtraStore.AddRange(_intermediates);
        chain.ChainPolicy.RevocationMode = checkRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        return chain.Build(certificate) ? null : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
    }

    // A silo is a server to all and a client to other silos.
    private void CheckOwn(string file, bool isSilo)
    {
        if (!Certificate.HasPrivateKey)
            throw FlatIndexException.InvalidConfig($"the certificate {file} has no private key");
        foreach (string use in isSilo ? [ServerUse, ClientUse] : new[] { ClientUse })
        {
            if (Judge(Certificate, use, checkRevocation: false) is { } why)
                throw FlatIndexException.InvalidConfig($"the certificate {file} is not one that the cluster's authority vouches for as a {(isSilo ? "silo's" : "client's")}: {why}");
        }

        if (HasSiloName(Certificate) != isSilo)
        {
            throw FlatIndexException.InvalidConfig(isSilo
                ? $"the certificate {file} does not bear the DNS name {SiloName}, so it is not a silo's"
                : $"the certificate {file} bears the DNS name {SiloName}, so it is a silo's: a client has one of its own");
        }

        // Orleans' own check wants the use spelt out where any is.
        if (isSilo && Certificate.Extensions[UsesExtension] is X509EnhancedKeyUsageExtension uses && !uses.EnhancedKeyUsages.Cast<Oid>().Any(use => use.Value == ServerUse))
            throw FlatIndexException.InvalidConfig($"the certificate {file} is not for server authentication");
    }

    private static X509Certificate2Collection ReadAuthority(string file)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(file);
        return found;
    }

    private static X509Certificate2 ReadCertificate(TlsFiles files)
    {
        if (X509Certificate2.GetCertContentType(files.Certificate) == X509ContentType.Pkcs12)
            return X509CertificateLoader.LoadPkcs12FromFile(files.Certificate, files.Password);
        string? key = files.PrivateKey.Length > 0 ? files.PrivateKey : null;
        using var pem = files.Password.Length > 0
            ? X509Certificate2.CreateFromEncryptedPemFile(files.Certificate, files.Password, key)
            : X509Certificate2.CreateFromPemFile(files.Certificate, key);

        // Some platforms cannot serve with a key that was only ever in memory.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static T Try<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FlatIndexException(FlatIndexException.InvalidConfig($"{file} cannot be read: {error.Message.TrimEnd('.')}").Error, error);
        }
    }
}
