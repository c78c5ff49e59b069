using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IqdbFlat.Client;

namespace IqdbFlat.Silo.Tests.Connections;

/// <summary>An authority of one test, which issues certificates into a folder of its own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly string SiloName = new TlsFiles().SiloName;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iqdbflat-tls-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private byte _issued;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=An authority of tests", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(RootFile, _root.ExportCertificatePem());
    }

    public string RootFile => Path.Combine(_folder.FullName, "authority.pem");

    public TlsFiles Silo(bool asPfx = false) => Issue("silo", SiloName, asPfx, DateTimeOffset.UtcNow.AddDays(1));

    public TlsFiles Client(string password = "") => Issue("client", null, false, DateTimeOffset.UtcNow.AddDays(1), password);

    public TlsFiles ExpiredClient() => Issue("client", null, false, DateTimeOffset.UtcNow.AddDays(-1));

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    private TlsFiles Issue(string kind, string? dnsName, bool asPfx, DateTimeOffset end, string password = "")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={kind}", key, HashAlgorithmName.SHA256);
        if (dnsName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dnsName);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        OidCollection uses = [new("1.3.6.1.5.5.7.3.2")];
        if (dnsName is not null)
            uses.Add(new("1.3.6.1.5.5.7.3.1"));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, true));
        using var issued = request.Create(_root, DateTimeOffset.UtcNow.AddDays(-2), end, [++_issued]);
        using var whole = issued.CopyWithPrivateKey(key);
        string file = Path.Combine(_folder.FullName, $"{kind}-{_issued}");
        var files = new TlsFiles { Authority = RootFile, Password = password };
        if (asPfx)
        {
            files.Certificate = file + ".pfx";
            files.Password = "of this file";
            File.WriteAllBytes(files.Certificate, whole.Export(X509ContentType.Pkcs12, files.Password));
        }
        else
        {
            (files.Certificate, files.PrivateKey) = (file + ".pem", file + ".key");
            File.WriteAllText(files.Certificate, whole.ExportCertificatePem());
            File.WriteAllText(files.PrivateKey, password.Length == 0 ? key.ExportPkcs8PrivateKeyPem()
                : key.ExportEncryptedPkcs8PrivateKeyPem(password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        }

        return files;
    }
}
