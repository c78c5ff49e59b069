namespace IqdbFlat.Client;

/// <summary>
/// The certificate of a silo or a client and whom it believes, as files. With <see cref="Certificate"/> empty connections are not encrypted; with one, both sides of every connection show a
/// certificate, by TLS 1.2 or 1.3, and a peer whose certificate <see cref="Authority"/> has not issued is refused. Files are read once, at start.
/// </summary>
public sealed class TlsFiles
{
    /// <summary>The certificate: PEM or PKCS #12 (.pfx); empty for no TLS. A silo's is for server and client authentication and bears <see cref="SiloName"/>, a client's does not.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>The private key of a PEM certificate; empty where it stands in the same file, or for PKCS #12.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>The password of the private key or of the PKCS #12 file; empty for none. A secret: put it into the environment. No message and no log shows it.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// The authorities that issue silos' and clients' certificates, PEM: its self-signed certificates are believed, others in it are intermediate. An authority of the cluster's own;
    /// those that the machine believes do not count.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>The DNS name that every silo's certificate bears, and no client's: who has it may join as a silo. <c>silo.iqdbflat</c>.</summary>
    public string SiloName { get; set; } = "silo.iqdbflat";

    /// <summary>
    /// Whether certificates are looked up in their authority's revocation list, online, for each connection; a list that cannot be had is a refusal. False: certificates of a cluster are
    /// short-lived or their authority is changed.
    /// </summary>
    public bool CheckRevocation { get; set; }
}
