using System.Net;
using IqdbFlat.Silo.Clustering;

namespace IqdbFlat.Silo;

/// <summary>Refuses settings that no silo can work with, before anything is started.</summary>
internal static class SiloOptionsCheck
{
    private const int MaxNameLength = 128;
    private const int MaxThreads = 1_024;
    private static readonly TimeSpan MaxShutdown = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxSlowSearch = TimeSpan.FromDays(1);

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/>, in one sentence, for the first setting that is not accepted.</summary>
    public static void Check(IqdbFlatSiloOptions options)
    {
        CheckSilo(options.Silo);
        CheckClustering(options.Clustering);
        CheckStorage(options.Storage);
        AccessCheck.Check(options);
        CheckTelemetry(options.Telemetry);
        Require(
            options.Prefetch.ExpectedSilos is >= 0 and <= PrefetchOptions.MaxSilos,
            "Prefetch:ExpectedSilos",
            $"is 0 (nothing is loaded ahead) to {PrefetchOptions.MaxSilos}",
            options.Prefetch.ExpectedSilos);
        Require(options.Scan.Threads is >= 0 and <= MaxThreads, "Scan:Threads", $"is 0 (one a processor) to {MaxThreads}", options.Scan.Threads);
        Require(options.Memory.BudgetBytes >= 0, "Memory:BudgetBytes", "is 0 (three quarters of the process's memory) or more", options.Memory.BudgetBytes);
    }

    private static void CheckSilo(SiloOptions silo)
    {
        CheckName("Silo:ClusterId", silo.ClusterId);
        CheckName("Silo:ServiceId", silo.ServiceId);
        if (silo.Name.Length > 0)
            CheckName("Silo:Name", silo.Name);
        Require(IPAddress.TryParse(silo.BindAddress, out var bind), "Silo:BindAddress", "is an IP address", silo.BindAddress);
        if (silo.AdvertisedAddress.Length > 0)
        {
            Require(
                IPAddress.TryParse(silo.AdvertisedAddress, out var advertised) && !IsAny(advertised),
                "Silo:AdvertisedAddress",
                "is the IP address of one machine",
                silo.AdvertisedAddress);
        }
        else if (IsAny(bind!))
        {
            throw FlatIndexException.InvalidConfig(
                $"{IqdbFlatSiloOptions.Section}:Silo:AdvertisedAddress must say how others reach this silo when BindAddress is {silo.BindAddress}");
        }

        CheckPort("Silo:SiloPort", silo.SiloPort);
        CheckPort("Silo:GatewayPort", silo.GatewayPort);
        CheckPort("Silo:HttpPort", silo.HttpPort);
        int[] ports = [.. new[] { silo.SiloPort, silo.GatewayPort, silo.HttpPort }.Where(port => port != 0)];
        if (ports.Distinct().Count() < ports.Length)
            throw FlatIndexException.InvalidConfig($"the ports of a silo differ, found {silo.SiloPort}, {silo.GatewayPort} and {silo.HttpPort}");
        Require(
            silo.ShutdownTimeout >= TimeSpan.FromSeconds(1) && silo.ShutdownTimeout <= MaxShutdown,
            "Silo:ShutdownTimeout",
            "is a second to an hour",
            silo.ShutdownTimeout);
    }

    private static void CheckClustering(ClusteringOptions clustering)
    {
        Require(Enum.IsDefined(clustering.Provider), "Clustering:Provider", $"is one of {Names<ClusteringProvider>()}", (int)clustering.Provider);
        Require(
            clustering.PrimaryEndpoint.Length == 0 || (IPEndPoint.TryParse(clustering.PrimaryEndpoint, out var primary) && primary.Port != 0),
            "Clustering:PrimaryEndpoint",
            "is an IP address and a port, as in 127.0.0.1:11111",
            clustering.PrimaryEndpoint);
        bool isServer = ClusterMembers.IsServer(clustering.Provider);
        CheckBelongs("Clustering:PrimaryEndpoint", clustering.PrimaryEndpoint, !isServer, clustering.Provider);
        CheckConnection("Clustering", clustering.ConnectionString, isServer, clustering.Provider);
    }

    private static void CheckStorage(StorageOptions storage)
    {
        Require(Enum.IsDefined(storage.Provider), "Storage:Provider", $"is one of {Names<StorageProvider>()}", (int)storage.Provider);
        Require(storage.CheckpointRecords is >= 1 and <= 1_000_000, "Storage:CheckpointRecords", "is 1 to 1000000", storage.CheckpointRecords);
        Require(storage.LargeRecordBytes is >= 1 and <= 16 * 1024 * 1024, "Storage:LargeRecordBytes", "is 1 to 16777216", storage.LargeRecordBytes);
        CheckConnection("Storage", storage.ConnectionString, storage.Provider is StorageProvider.PostgreSql or StorageProvider.Redis, storage.Provider);
    }

    // Whether there is one is told, itself never: it holds a password.
    private static void CheckConnection(string part, string value, bool isServer, Enum provider)
    {
        CheckBelongs($"{part}:ConnectionString", value, isServer, provider);
        if (isServer && string.IsNullOrWhiteSpace(value))
            throw FlatIndexException.InvalidConfig($"{IqdbFlatSiloOptions.Section}:{part}:ConnectionString must say how to reach the server of {part}:Provider {provider}");
    }

    // A setting that the provider does not look at is a misunderstanding.
    private static void CheckBelongs(string setting, string value, bool belongs, Enum provider)
    {
        if (!belongs && value.Length > 0)
            throw FlatIndexException.InvalidConfig($"{IqdbFlatSiloOptions.Section}:{setting} means nothing with the provider {provider}: leave it out");
    }

    private static void CheckTelemetry(TelemetryOptions telemetry)
    {
        Require(
            telemetry.SlowSearch >= TimeSpan.Zero && telemetry.SlowSearch <= MaxSlowSearch,
            "Telemetry:SlowSearch",
            "is 0 (none is logged) to a day",
            telemetry.SlowSearch);
        if (telemetry.OtlpEndpoint.Length > 0)
        {
            Require(
                Uri.TryCreate(telemetry.OtlpEndpoint, UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps),
                "Telemetry:OtlpEndpoint",
                "is an address as in http://127.0.0.1:4317",
                $"'{telemetry.OtlpEndpoint}'");
        }
    }

    private static void CheckName(string setting, string value) => Require(
        value.Length is >= 1 and <= MaxNameLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
        setting,
        $"has 1 to {MaxNameLength} letters, digits, hyphens, underscores or dots",
        $"'{value}'");

    private static void CheckPort(string setting, int port) =>
        Require(port is >= 0 and <= IPEndPoint.MaxPort, setting, $"is 0 (a free one) to {IPEndPoint.MaxPort}", port);

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string Names<TEnum>()
        where TEnum : struct, Enum => string.Join(", ", Enum.GetNames<TEnum>());

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
            throw FlatIndexException.InvalidConfig($"{IqdbFlatSiloOptions.Section}:{setting} {expected}, found {found}");
    }
}
