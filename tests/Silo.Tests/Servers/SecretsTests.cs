using System.Diagnostics;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Servers;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Silo.Tests.Servers;

/// <summary>What goes wrong with a server is one sentence, and its password is nowhere: not in the sentence, not in what is inside it, not in the log.</summary>
public sealed class SecretsTests
{
    private const string Secret = "s3cret-s3cret";

    [Theory]
    [InlineData($"Host=db;Password={Secret};Port=many")]
    [InlineData($"Host=db;Passwort={Secret}")]
    [InlineData($"Host=db;Password=x;{Secret}=y")]
    [InlineData($"postgres://user:{Secret}@db/iqdbflat")]
    [InlineData($"Username=u;Password={Secret}")]
    [InlineData("")]
    public void A_connection_string_for_PostgreSql_that_cannot_be_read_is_not_shown(string text)
    {
        var error = Assert.Throws<FlatIndexException>(() => PostgreSqlServer.Of("IqdbFlat:Storage:ConnectionString", text));
        Assert.Equal(
            "invalid configuration: IqdbFlat:Storage:ConnectionString is a connection string for PostgreSQL, as in "
            + "Host=db;Database=iqdbflat;Username=iqdbflat;Password=..., found one that cannot be read",
            error.Message);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"redis:6379,password={Secret},connectTimeout=soon")]
    [InlineData($"redis:6379,pasword={Secret}")]
    [InlineData($"password={Secret}")]
    [InlineData("")]
    public void A_connection_string_for_Redis_that_cannot_be_read_is_not_shown(string text)
    {
        var error = Assert.Throws<FlatIndexException>(() => RedisServer.Of("IqdbFlat:Storage:ConnectionString", text));
        Assert.Equal(
            "invalid configuration: IqdbFlat:Storage:ConnectionString is a connection string for Redis, as in redis:6379,password=..., found one that cannot be read",
            error.Message);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_says_of_itself_has_no_password()
    {
        await using var database = PostgreSqlServer.Of("test", $"Host=db;Username=u;Password={Secret}");
        Assert.Equal("PostgreSQL at db:5432, database u", database.ToString());
        Assert.DoesNotContain(Secret, database.Source.ConnectionString, StringComparison.Ordinal);
        await using var redis = RedisServer.Of("test", $"redis:6379,10.0.0.1:7000,password={Secret}");
        Assert.Equal("Redis at redis:6379, 10.0.0.1:7000", redis.ToString());
    }

    [Fact]
    public async Task What_the_connection_string_says_is_kept()
    {
        await using var said = PostgreSqlServer.Of("test", "Host=db;Username=u;MaxPoolSize=100;CommandTimeout=7;Application Name=mine");
        Assert.Contains("Maximum Pool Size=100;Command Timeout=7;Application Name=mine", said.Source.ConnectionString, StringComparison.Ordinal);
        await using var silent = PostgreSqlServer.Of("test", "Host=db;Username=u", connections: 5);
        Assert.Contains("Maximum Pool Size=5;Command Timeout=60", silent.Source.ConnectionString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StorageProvider.PostgreSql, "Host=127.0.0.1;Port=1;Username=u;Password=", "PostgreSQL at 127.0.0.1:1, database u cannot be reached: ")]
    [InlineData(StorageProvider.Redis, "127.0.0.1:1,connectTimeout=2000,password=", "Redis at 127.0.0.1:1 cannot be reached: no server answers there")]
    public async Task A_server_that_is_not_there_is_told_in_one_sentence(StorageProvider provider, string connection, string sentence) =>
        Assert.Contains(sentence, await FailToStartAsync(provider, connection + Secret), StringComparison.Ordinal);

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        PrivateServers.SkipWithout(PrivateServers.Missing);
        await using var servers = new PrivateServers();
        var database = await servers.StartPostgreSqlAsync();
        var redis = await servers.StartRedisAsync();
        string refused = await FailToStartAsync(StorageProvider.PostgreSql, database.ConnectionString.Replace(database.Password, Secret, StringComparison.Ordinal));
        Assert.Contains("password authentication failed", refused, StringComparison.Ordinal);
        refused = await FailToStartAsync(StorageProvider.Redis, redis.ConnectionString.Replace(redis.Password, Secret, StringComparison.Ordinal));
        Assert.Contains("it refuses the user or the password", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_may_lose_what_was_acknowledged_is_refused()
    {
        PrivateServers.SkipWithout(PrivateServers.Missing);
        await using var servers = new PrivateServers();
        var database = await servers.StartPostgreSqlAsync("synchronous_commit=off");
        Assert.Contains("synchronous_commit off", await FailToStartAsync(StorageProvider.PostgreSql, database.ConnectionString), StringComparison.Ordinal);
        foreach (string[] setting in new[] { new[] { "maxmemory-policy", "allkeys-lru" }, ["appendfsync", "everysec"], ["appendonly", "no"] })
        {
            var redis = await servers.StartRedisAsync($"--{setting[0]}", setting[1]);
            Assert.Contains($"has {setting[0]} {setting[1]}", await FailToStartAsync(StorageProvider.Redis, redis.ConnectionString), StringComparison.Ordinal);
        }
    }

    // Starts the silo program itself, with every log on, and gives back what it says beside its logs, of which some may come last.
    private static async Task<string> FailToStartAsync(StorageProvider provider, string connection)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SiloHost).Assembly.Location, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Orleans=Trace"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["IqdbFlat__Storage__Provider"] = provider.ToString(),
                ["IqdbFlat__Storage__ConnectionString"] = connection,
                ["IqdbFlat__Silo__SiloPort"] = "0",
                ["IqdbFlat__Silo__GatewayPort"] = "0",
                ["IqdbFlat__Silo__HttpPort"] = "0",
            },
        };
        using var program = Process.Start(start)!;
        Task<string> output = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string told = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) + await output;
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, program.ExitCode);
        string password = connection[(connection.LastIndexOf("assword=", StringComparison.Ordinal) + "assword=".Length)..];
        Assert.DoesNotContain(password, told, StringComparison.Ordinal);
        string[] levels = ["trce:", "dbug:", "info:", "warn:", "fail:", "crit:"];
        return string.Join('\n', told.Split('\n').Where(line => line.Length > 0 && !char.IsWhiteSpace(line[0]) && !levels.Any(level => line.StartsWith(level, StringComparison.Ordinal))));
    }
}
