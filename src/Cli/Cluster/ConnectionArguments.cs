using System.CommandLine;
using System.Globalization;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo;

namespace IqdbFlat.Cli.Cluster;

/// <summary>The options that say which cluster a command talks to. A silo's own defaults are theirs.</summary>
internal sealed class ConnectionArguments
{
    private const double DefaultTimeoutSeconds = 30;
    private const string ProviderVariable = "IqdbFlat__Clustering__Provider";
    private const string ConnectionVariable = "IqdbFlat__Clustering__ConnectionString";
    private const string KeyVariable = "IqdbFlat__Connections__GatewayKey";
    private const string PasswordVariable = "IqdbFlat__Connections__Tls__Password";
    private static readonly SiloOptions Defaults = new();

    private readonly Option<string[]> _gateways = new("--gateway")
    {
        Description = "A gateway of the cluster; may be given several times",
        HelpName = "host:port",
        DefaultValueFactory = _ => [$"{Defaults.BindAddress}:{Defaults.GatewayPort}"],
    };

    private readonly Option<string?> _clustering = new("--clustering")
    {
        Description = "Who lists the gateways: localhost (those of --gateway), redis or postgresql. By default what the variable IqdbFlat__Clustering__Provider says",
        HelpName = "provider",
    };

    private readonly Option<string> _cluster = new("--cluster-id")
    {
        Description = "The cluster's name",
        HelpName = "name",
        DefaultValueFactory = _ => Defaults.ClusterId,
    };

    private readonly Option<string> _service = new("--service-id")
    {
        Description = "The service's name",
        HelpName = "name",
        DefaultValueFactory = _ => Defaults.ServiceId,
    };

    private readonly Option<string> _timeout = new("--timeout")
    {
        Description = "Seconds that connecting may take, and after it each call",
        HelpName = "seconds",
        DefaultValueFactory = _ => DefaultTimeoutSeconds.ToString(CultureInfo.InvariantCulture),
    };

    private readonly Option<string> _certificate = File("--certificate", "The certificate to show to gateways that speak TLS: PEM or PKCS #12; its password is the variable " + PasswordVariable);
    private readonly Option<string> _privateKey = File("--private-key", "The private key of --certificate, where it stands in a file of its own");
    private readonly Option<string> _authority = File("--authority", "The authority of the cluster's certificates, PEM");

    private readonly Option<string> _siloName = new("--silo-name")
    {
        Description = "The DNS name in the certificates of silos",
        HelpName = "name",
        DefaultValueFactory = _ => new TlsFiles().SiloName,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_gateways);
        command.Add(_clustering);
        command.Add(_cluster);
        command.Add(_service);
        command.Add(_timeout);
        command.Add(_certificate);
        command.Add(_privateKey);
        command.Add(_authority);
        command.Add(_siloName);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> for what cannot be.</exception>
    public ConnectionSettings Read(ParseResult values, Func<string, string?> variable) => new(
        [.. values.GetValue(_gateways)!.Select(GatewayAddress.Parse)],
        values.GetValue(_cluster)!,
        values.GetValue(_service)!,
        ReadTimeout(values.GetValue(_timeout)!),
        ReadClustering(values, variable),
        variable(KeyVariable) ?? "",
        ReadTls(values, variable));

    // Gateways that are named are the ones to use, whatever the environment is made for.
    private ClusteringOptions ReadClustering(ParseResult values, Func<string, string?> variable)
    {
        bool isNamed = values.GetResult(_gateways) is { Implicit: false };
        var provider = values.GetValue(_clustering) is { } given ? ParseProvider("--clustering", given)
            : !isNamed && variable(ProviderVariable) is { Length: > 0 } set ? ParseProvider(ProviderVariable, set)
            : ClusteringProvider.Localhost;
        if (provider == ClusteringProvider.Localhost)
            return new();
        if (isNamed)
            throw FlatIndexException.InvalidConfig($"--gateway belongs to --clustering localhost: {provider} lists the gateways itself");
        return new()
        {
            Provider = provider,
            ConnectionString = variable(ConnectionVariable) is { Length: > 0 } connection ? connection
                : throw FlatIndexException.InvalidConfig($"the variable {ConnectionVariable} must say how to reach {provider}"),
        };
    }

    private TlsFiles ReadTls(ParseResult values, Func<string, string?> variable)
    {
        string certificate = values.GetValue(_certificate) ?? "";
        var files = new TlsFiles
        {
            Certificate = certificate,
            PrivateKey = values.GetValue(_privateKey) ?? "",
            Authority = values.GetValue(_authority) ?? "",
            SiloName = values.GetValue(_siloName)!,
            Password = certificate.Length > 0 ? variable(PasswordVariable) ?? "" : "",
        };
        return certificate.Length > 0 || (files.PrivateKey.Length == 0 && files.Authority.Length == 0) ? files
            : throw FlatIndexException.InvalidConfig("--private-key and --authority belong to --certificate: gateways that speak TLS want to see one");
    }

    private static Option<string> File(string name, string description) => new(name) { Description = description, HelpName = "file" };

    private static ClusteringProvider ParseProvider(string setting, string text) =>
        Enum.GetNames<ClusteringProvider>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse<ClusteringProvider>(found)
            : throw FlatIndexException.InvalidConfig(
                $"{setting} is one of {string.Join(", ", Enum.GetNames<ClusteringProvider>()).ToLowerInvariant()}, found '{text}'");

    private static TimeSpan ReadTimeout(string text)
    {
        double most = IqdbFlatClientOptions.MaxDeadline.TotalSeconds;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds >= 0.001 && seconds <= most
            ? TimeSpan.FromSeconds(seconds)
            : throw FlatIndexException.InvalidConfig($"--timeout is a number of seconds from 0.001 to {most}, found '{text}'");
    }
}
