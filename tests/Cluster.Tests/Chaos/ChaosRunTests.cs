using System.Globalization;
using IqdbFlat.Cli.Chaos;
using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Cluster.Tests.Chaos;

/// <summary>Silos killed at random under load. <c>IQDBFLAT_CHAOS_SEED</c> gives another seed.</summary>
public sealed class ChaosRunTests
{
    private static readonly ulong Seed =
        Environment.GetEnvironmentVariable("IQDBFLAT_CHAOS_SEED") is { } seed ? ulong.Parse(seed, CultureInfo.InvariantCulture) : 20_260_701;

    [Theory]
    [InlineData("PostgreSql", 22)]
    [InlineData("Redis", 36)]
    public async Task Three_silos_that_are_killed_again_and_again_lose_nothing(string storage, int kills)
    {
        PrivateServers.SkipWithout(PrivateServers.Missing);
        var report = await RunAsync(Enum.Parse<ChaosStorage>(storage), silos: 3, kills, SiloProgram.Built);
        AssertNothingLost(report, kills);
    }

    [Fact]
    public async Task A_silo_on_a_file_that_is_killed_again_and_again_loses_nothing()
    {
        var report = await RunAsync(ChaosStorage.Sqlite, silos: 1, kills: 4, SiloProgram.Built);
        AssertNothingLost(report, kills: 4);
    }

    [Fact]
    public async Task A_silo_that_acknowledges_before_the_put_is_found_out()
    {
        var hasty = new SiloProgram(Path.Combine(AppContext.BaseDirectory, "IqdbFlat.HastySilo.dll"));
        var report = await RunAsync(ChaosStorage.Sqlite, silos: 1, kills: 30, hasty);
        Assert.True(report.Findings.Count(FindingKind.Lost) > 0, $"Nothing was lost: {report}");
    }

    private static void AssertNothingLost(ChaosReport report, int kills)
    {
        Assert.Empty(report.Findings.Words);
        Assert.True(report.Kills >= kills, $"{report}");
        Assert.True(2 * report.KillsDuringWrites >= report.Kills, $"Less than half of the kills met a write on its way: {report}");
    }

    private static async Task<ChaosReport> RunAsync(ChaosStorage storage, int silos, int kills, SiloProgram program)
    {
        var folder = Directory.CreateTempSubdirectory("iqdbflat-chaos-");
        try
        {
            var settings = new ChaosSettings(Seed, TimeSpan.FromHours(1), kills, silos, storage, program, folder.FullName);
            var report = await ChaosRun.RunAsync(
                settings, TimeProvider.System, line => TestContext.Current.TestOutputHelper!.WriteLine(line), TestContext.Current.CancellationToken);
            Console.WriteLine($"chaos on {storage}, seed {Seed}: {report}");
            return report;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
