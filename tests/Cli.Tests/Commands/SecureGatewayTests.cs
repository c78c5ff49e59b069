using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Client;
using IqdbFlat.Silo;
using IqdbFlat.Silo.Tests.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>Commands that show a certificate and know a key.</summary>
public sealed class SecureGatewayTests
{
    private const string Key = "a-key-for-clients-0001";
    private const string KeyVariable = "IqdbFlat__Connections__GatewayKey";
    private const string PasswordVariable = "IqdbFlat__Connections__Tls__Password";

    [Fact]
    public async Task A_command_with_the_certificate_and_the_key_is_answered_and_any_other_refused()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        await using var silo = SiloHost.Create(new IqdbFlatSiloOptions
        {
            Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
            Connections = { GatewayKey = Key, Tls = authority.Silo() },
            Storage = { Provider = StorageProvider.Memory },
            Dashboard = { Enabled = false },
        });
        await silo.StartAsync(TestContext.Current.CancellationToken);
        string gateway = silo.Services.GetRequiredService<SiloAddresses>().Gateway.ToString();
        var mine = authority.Client("of the key");

        (await RunAsync(mine, Key, gateway)).Ok();
        (await RunAsync(mine, "another-key-altogether", gateway)).Fails(ExitCode.Failed, "cannot be reached");
        (await RunAsync(other.Client("of the key"), Key, gateway)).Fails(ExitCode.Failed, "cannot be reached");
        (await SchemaCommandTests.RunAsync([(KeyVariable, Key)], "list", "--gateway", gateway)).Fails(ExitCode.Failed, "cannot be reached");
        (await SchemaCommandTests.RunAsync([(KeyVariable, "short")], "list", "--gateway", gateway)).Fails(ExitCode.BadInput, "GatewayKey has 16 to 256 characters");
        (await SchemaCommandTests.RunAsync([], "list", "--gateway", gateway, "--authority", authority.RootFile)).Fails(ExitCode.BadInput, "belong to --certificate");
        (await SchemaCommandTests.RunAsync([], "list", "--gateway", gateway, "--authority", authority.RootFile, "--certificate", "/nowhere.pem"))
            .Fails(ExitCode.BadInput, "/nowhere.pem cannot be read");

        await silo.StopAsync(CancellationToken.None);
    }

    private static Task<CommandRun> RunAsync(TlsFiles files, string key, string gateway) => SchemaCommandTests.RunAsync(
        [(KeyVariable, key), (PasswordVariable, files.Password)],
        "list", "--gateway", gateway, "--certificate", files.Certificate, "--private-key", files.PrivateKey, "--authority", files.Authority);
}
