using System.IO.Hashing;
using System.Text;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Servers;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Silo.Tests.Servers;

public sealed class PostgreSqlSchemaTests(SharedPostgreSql shared) : IClassFixture<SharedPostgreSql>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A script that changes is a new version, or databases that have the old one would never get it.</summary>
    [Theory]
    [InlineData("storage", 1, "55e0d98c28d86077")]
    [InlineData("clustering", 1, "ab29bb9a55ee1f09")]
    public void A_script_belongs_to_its_version(string name, int version, string hash)
    {
        var schema = Of(name);
        Assert.Equal((version, hash), (schema.Version, Convert.ToHexStringLower(XxHash3.Hash(Encoding.UTF8.GetBytes(schema.Script)))));
        Assert.Contains($"Schema', '{version}')", schema.Script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("storage")]
    [InlineData("clustering")]
    public async Task Of_silos_that_start_at_once_one_makes_the_tables_and_none_fails(string name)
    {
        await using var database = await shared.NewAsync($"once-{name}");
        bool[] applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Of(name).ApplyAsync(database, Token)));
        Assert.Single(applied, isApplied => isApplied);
        Assert.False(await Of(name).ApplyAsync(database, Token));
    }

    [Fact]
    public async Task Both_live_in_one_database()
    {
        await using var database = await shared.NewAsync("both");
        Assert.False(await PostgreSqlSchema.Clustering.IsThereAsync(database, Token));
        Assert.True(await PostgreSqlSchema.Storage.ApplyAsync(database, Token));
        Assert.False(await PostgreSqlSchema.Clustering.IsThereAsync(database, Token));
        Assert.True(await PostgreSqlSchema.Clustering.ApplyAsync(database, Token));
        Assert.True(await PostgreSqlSchema.Clustering.IsThereAsync(database, Token));
    }

    [Fact]
    public async Task A_user_without_the_right_to_make_tables_is_enough_where_they_are()
    {
        await using var owner = await shared.NewAsync("rights");
        await shared.Server.ExecuteAsync("rights", $"CREATE USER reader PASSWORD '{shared.Server.Password}'");
        await using var reader = PostgreSqlServer.Of("test", shared.Server.To("rights").Replace("Username=postgres", "Username=reader", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<FlatIndexException>(() => PostgreSqlSchema.Storage.ApplyAsync(reader, Token));
        Assert.Equal(FlatErrorKind.InvalidConfig, refused.Kind);
        Assert.Contains("run 'iqdbflat schema'", refused.Message, StringComparison.Ordinal);
        await PostgreSqlSchema.Storage.ApplyAsync(owner, Token);
        await shared.Server.ExecuteAsync("rights", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reader");
        Assert.False(await PostgreSqlSchema.Storage.ApplyAsync(reader, Token));
    }

    [Fact]
    public async Task An_older_version_is_brought_up_to_date_and_a_newer_one_left_alone()
    {
        await using var database = await shared.NewAsync("versions");
        await PostgreSqlSchema.Storage.ApplyAsync(database, Token);
        await shared.Server.ExecuteAsync("versions", "UPDATE OrleansQuery SET QueryText = '0' WHERE QueryKey = 'IqdbFlatStorageSchema'");
        Assert.True(await PostgreSqlSchema.Storage.ApplyAsync(database, Token));
        await shared.Server.ExecuteAsync("versions", "UPDATE OrleansQuery SET QueryText = '9' WHERE QueryKey = 'IqdbFlatStorageSchema'");
        Assert.False(await PostgreSqlSchema.Storage.ApplyAsync(database, Token));
    }

    private static PostgreSqlSchema Of(string name) => name == "storage" ? PostgreSqlSchema.Storage : PostgreSqlSchema.Clustering;
}

/// <summary>One server for the tests of a class. Where it is not installed they are skipped.</summary>
public sealed class SharedPostgreSql : IAsyncLifetime
{
    private readonly PrivateServers _servers = new();
    private PostgreSqlProcess? _server;

    internal PostgreSqlProcess Server
    {
        get
        {
            PrivateServers.SkipWithout(PostgreSqlProcess.Missing);
            return _server!;
        }
    }

    internal async Task<PostgreSqlServer> NewAsync(string name) => PostgreSqlServer.Of("test", await Server.CreateDatabaseAsync(name));

    public async ValueTask InitializeAsync() => _server = PostgreSqlProcess.Missing is null ? await _servers.StartPostgreSqlAsync() : null;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();
}
