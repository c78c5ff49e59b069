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
    private static readonly SiloOptions Defaults = new();

    private readonly Option<string[]> _gateways = new("--gateway")
    {
        Description = "A gateway of the cluster; may be given several times",
        HelpName = "host:port",
        DefaultValueFactory = _ => [$"{Defaults.BindAddress}:{Defaults.GatewayPort}"],
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

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_gateways);
        command.Add(_cluster);
        command.Add(_service);
        command.Add(_timeout);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> for what cannot be.</exception>
    public ConnectionSettings Read(ParseResult values) => new(
        [.. values.GetValue(_gateways)!.Select(GatewayAddress.Parse)],
        values.GetValue(_cluster)!,
        values.GetValue(_service)!,
        ReadTimeout(values.GetValue(_timeout)!));

    private static TimeSpan ReadTimeout(string text)
    {
        double most = IqdbFlatClientOptions.MaxDeadline.TotalSeconds;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds >= 0.001 && seconds <= most
            ? TimeSpan.FromSeconds(seconds)
            : throw FlatIndexException.InvalidConfig($"--timeout is a number of seconds from 0.001 to {most}, found '{text}'");
    }
}
