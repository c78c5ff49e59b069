using System.Diagnostics;

namespace IqdbFlat.Silo.Tests.Hosting;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("--IqdbFlat:Silo:HttpPort", "70000", "invalid configuration: IqdbFlat:Silo:HttpPort is 0 (a free one) to 65535, found 70000")]
    [InlineData("--IqdbFlat:Silo:BindAddress", "203.0.113.7", "invalid configuration: beyond loopback (BindAddress 203.0.113.7) everything on HTTP needs a key: set IqdbFlat:Dashboard:Key")]
    [InlineData("--IqdbFlt:Silo:HttpPort", "0", "invalid configuration: arguments are settings, as in --IqdbFlat:Silo:HttpPort 8080, found '--IqdbFlt:Silo:HttpPort'")]
    [InlineData("--IqdbFlat:Silo:HttpPort=0", "--IqdbFlat:Silo:SiloPort", "invalid configuration: the setting --IqdbFlat:Silo:SiloPort has no value")]
    public async Task A_bad_setting_ends_the_program_with_one_sentence_and_a_code(string setting, string value, string sentence)
    {
        using var program = Start(setting, value);
        string told = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, program.ExitCode);
        Assert.Equal(sentence, told.Trim());
    }

    [Fact]
    public async Task The_program_says_where_it_is_and_stops_when_told()
    {
        using var program = Start(
            "--IqdbFlat:Silo:SiloPort", "0", "--IqdbFlat:Silo:GatewayPort", "0", "--IqdbFlat:Silo:HttpPort", "0", "--IqdbFlat:Storage:Provider", "Memory");
        string? ready = await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Matches("^ready: silo 127.0.0.1:[0-9]+, gateway 127.0.0.1:[0-9]+, http http://127.0.0.1:[0-9]+/$", ready);
        string http = ready!.TrimEnd('/').Split(':')[^1];
        Assert.Equal(0, await HealthAsync(http));
        using (var stop = Process.Start("kill", ["-TERM", program.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await stop.WaitForExitAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, program.ExitCode);
        Assert.Equal(1, await HealthAsync(http));
    }

    // What a container asks.
    private static async Task<int> HealthAsync(string port)
    {
        using var probe = Start("--health", "--IqdbFlat:Silo:HttpPort", port);
        await probe.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        return probe.ExitCode;
    }

    private static Process Start(params string[] arguments)
    {
        string silo = typeof(SiloHost).Assembly.Location;
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal) ? host : "dotnet", [silo, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
    }
}
