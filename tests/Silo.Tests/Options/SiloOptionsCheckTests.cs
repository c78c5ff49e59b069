using IqdbFlat.Engine;

namespace IqdbFlat.Silo.Tests.Options;

public sealed class SiloOptionsCheckTests
{
    private const string Key = "0123456789abcdef";
    private const string SiloKey = "another-0123456789";

    [Fact]
    public void The_defaults_are_accepted() => SiloOptionsCheck.Check(new());

    [Theory]
    [InlineData("IqdbFlat:Silo:HttpPort is 0 (a free one) to 65535, found 70000")]
    [InlineData("IqdbFlat:Silo:BindAddress is an IP address, found somewhere")]
    [InlineData("IqdbFlat:Silo:AdvertisedAddress must say how others reach this silo when BindAddress is 0.0.0.0")]
    [InlineData("IqdbFlat:Silo:AdvertisedAddress is the IP address of one machine, found 0.0.0.0")]
    [InlineData("IqdbFlat:Silo:ClusterId has 1 to 128 letters, digits, hyphens, underscores or dots, found 'a b'")]
    [InlineData("IqdbFlat:Silo:Name has 1 to 128 letters, digits, hyphens, underscores or dots, found 'a:b'")]
    [InlineData("the ports of a silo differ, found 5, 5 and 8080")]
    [InlineData("IqdbFlat:Silo:ShutdownTimeout is a second to an hour, found 00:00:00")]
    [InlineData("IqdbFlat:Clustering:PrimaryEndpoint is an IP address and a port, as in 127.0.0.1:11111, found nowhere")]
    [InlineData("IqdbFlat:Clustering:Provider is one of Localhost, Redis, PostgreSql, found 7")]
    [InlineData("IqdbFlat:Clustering:ConnectionString must say how to reach the server of Clustering:Provider Redis")]
    [InlineData("IqdbFlat:Clustering:PrimaryEndpoint means nothing with the provider PostgreSql: leave it out")]
    [InlineData("IqdbFlat:Clustering:ConnectionString means nothing with the provider Localhost: leave it out")]
    [InlineData("IqdbFlat:Storage:Provider is one of Sqlite, Memory, PostgreSql, Redis, found 9")]
    [InlineData("IqdbFlat:Storage:CheckpointRecords is 1 to 1000000, found 0")]
    [InlineData("IqdbFlat:Storage:LargeRecordBytes is 1 to 16777216, found 0")]
    [InlineData("IqdbFlat:Storage:ConnectionString must say how to reach the server of Storage:Provider PostgreSql")]
    [InlineData("IqdbFlat:Storage:ConnectionString means nothing with the provider Sqlite: leave it out")]
    [InlineData("IqdbFlat:Dashboard:Key has 16 to 256 characters, found 5")]
    [InlineData("IqdbFlat:Dashboard:Key has printable ASCII characters without spaces only")]
    [InlineData("beyond loopback (BindAddress 10.0.0.1) everything on HTTP needs a key: set IqdbFlat:Dashboard:Key")]
    [InlineData("beyond loopback (BindAddress 10.0.0.2) clients and silos need keys or certificates: set IqdbFlat:Connections:GatewayKey and IqdbFlat:Connections:SiloKey, or IqdbFlat:Connections:Tls")]
    [InlineData("beyond loopback (BindAddress 10.0.0.3) clients and silos need keys or certificates: set IqdbFlat:Connections:GatewayKey and IqdbFlat:Connections:SiloKey, or IqdbFlat:Connections:Tls")]
    [InlineData("IqdbFlat:Connections:GatewayKey has 16 to 256 characters, found 5")]
    [InlineData("IqdbFlat:Connections:SiloKey has printable ASCII characters without spaces only")]
    [InlineData("IqdbFlat:Connections:GatewayKey and IqdbFlat:Connections:SiloKey differ, so that a client cannot join as a silo")]
    [InlineData("IqdbFlat:Connections:Tls names no Certificate: without it the other settings mean nothing")]
    [InlineData("IqdbFlat:Telemetry:OtlpEndpoint is an address as in http://127.0.0.1:4317, found 'collector:4317'")]
    [InlineData("IqdbFlat:Telemetry:SlowSearch is 0 (none is logged) to a day, found -00:00:01")]
    [InlineData("IqdbFlat:Scan:Threads is 0 (one a processor) to 1024, found -1")]
    [InlineData("IqdbFlat:Memory:BudgetBytes is 0 (three quarters of the process's memory) or more, found -1")]
    [InlineData("IqdbFlat:Prefetch:ExpectedSilos is 0 (nothing is loaded ahead) to 4096, found 5000")]
    public void A_bad_setting_is_told_in_one_sentence(string sentence)
    {
        var error = Assert.Throws<FlatIndexException>(() => SiloOptionsCheck.Check(Bad[sentence]));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.Equal("invalid configuration: " + sentence, error.Message);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.9")]
    [InlineData("::1")]
    public void Loopback_needs_no_key(string address) => SiloOptionsCheck.Check(new() { Silo = { BindAddress = address } });

    [Fact]
    public void Beyond_loopback_every_way_in_needs_a_key_or_a_certificate()
    {
        SiloOptionsCheck.Check(new() { Silo = { BindAddress = "10.0.0.1" }, Dashboard = { Key = Key }, Connections = { GatewayKey = Key, SiloKey = SiloKey } });
        SiloOptionsCheck.Check(new() { Silo = { BindAddress = "10.0.0.1" }, Dashboard = { Key = Key }, Connections = { Tls = { Certificate = "silo.pem" } } });
    }

    [Fact]
    public void A_key_is_never_in_a_message()
    {
        foreach (string key in new[] { "s3cret", "s3cret with spaces in it" })
        {
            foreach (var options in new IqdbFlatSiloOptions[]
            {
                new() { Dashboard = { Key = key } }, new() { Connections = { GatewayKey = key } }, new() { Connections = { SiloKey = key } },
            })
            {
                var error = Assert.Throws<FlatIndexException>(() => SiloOptionsCheck.Check(options));
                Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
            }
        }
    }

    private static Dictionary<string, IqdbFlatSiloOptions> Bad => new IqdbFlatSiloOptions[]
    {
        new() { Silo = { HttpPort = 70_000 } },
        new() { Silo = { BindAddress = "somewhere" } },
        new() { Silo = { BindAddress = "0.0.0.0" }, Dashboard = { Key = "0123456789abcdef" } },
        new() { Silo = { AdvertisedAddress = "0.0.0.0" } },
        new() { Silo = { ClusterId = "a b" } },
        new() { Silo = { Name = "a:b" } },
        new() { Silo = { SiloPort = 5, GatewayPort = 5 } },
        new() { Silo = { ShutdownTimeout = TimeSpan.Zero } },
        new() { Clustering = { PrimaryEndpoint = "nowhere" } },
        new() { Clustering = { Provider = (ClusteringProvider)7 } },
        new() { Clustering = { Provider = ClusteringProvider.Redis } },
        new() { Clustering = { Provider = ClusteringProvider.PostgreSql, PrimaryEndpoint = "127.0.0.1:11111" } },
        new() { Clustering = { ConnectionString = "redis:6379" } },
        new() { Storage = { Provider = (StorageProvider)9 } },
        new() { Storage = { CheckpointRecords = 0 } },
        new() { Storage = { LargeRecordBytes = 0 } },
        new() { Storage = { Provider = StorageProvider.PostgreSql, ConnectionString = " " } },
        new() { Storage = { ConnectionString = "Host=db" } },
        new() { Dashboard = { Key = "short" } },
        new() { Dashboard = { Key = "0123456789 abcdef" } },
        new() { Silo = { BindAddress = "10.0.0.1" }, Dashboard = { Enabled = false }, Connections = { GatewayKey = Key, SiloKey = SiloKey } },
        new() { Silo = { BindAddress = "10.0.0.2" }, Dashboard = { Key = Key } },
        new() { Silo = { BindAddress = "10.0.0.3" }, Dashboard = { Key = Key }, Connections = { GatewayKey = Key } },
        new() { Connections = { GatewayKey = "short" } },
        new() { Connections = { SiloKey = "0123456789 abcdef" } },
        new() { Connections = { GatewayKey = Key, SiloKey = Key } },
        new() { Connections = { Tls = { Authority = "authority.pem" } } },
        new() { Telemetry = { OtlpEndpoint = "collector:4317" } },
        new() { Telemetry = { SlowSearch = TimeSpan.FromSeconds(-1) } },
        new() { Scan = { Threads = -1 } },
        new() { Memory = { BudgetBytes = -1 } },
        new() { Prefetch = { ExpectedSilos = 5_000 } },
    }.Zip(Sentences).ToDictionary(pair => pair.Second, pair => pair.First);

    private static IEnumerable<string> Sentences => typeof(SiloOptionsCheckTests).GetMethod(nameof(A_bad_setting_is_told_in_one_sentence))!
        .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(data => (string)data.Data[0]!);
}
