using IqdbFlat.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Silo.Tests.Hosting;

/// <summary>A silo on free loopback ports with its records in memory.</summary>
public sealed class RunningSilo : IAsyncLifetime
{
    public const string Key = "0123456789abcdef";

    public WebApplication App { get; } = SiloHost.Create(Options(new() { Dashboard = { Key = Key }, Telemetry = { SlowSearch = TimeSpan.FromTicks(1) } }));

    public SiloAddresses Addresses => App.Services.GetRequiredService<SiloAddresses>();

    public IFlatIndexClient Client => App.Services.GetRequiredService<IFlatIndexClient>();

    public static IqdbFlatSiloOptions Options(IqdbFlatSiloOptions options)
    {
        (options.Silo.SiloPort, options.Silo.GatewayPort, options.Silo.HttpPort) = (0, 0, 0);
        options.Storage.Provider = StorageProvider.Memory;
        options.Scan.Threads = 1;
        return options;
    }

    public HttpClient Http(bool withKey = true)
    {
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Addresses.Http };
        if (withKey)
            http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        return http;
    }

    /// <summary>Looks again and again until what it sees is as wanted; after two minutes what was seen last is the failure. A request that is refused or breaks off is a sight like any other.</summary>
    public static async Task<string> UntilAsync(Func<Task<string>> look, Func<string, bool> isWanted)
    {
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            string seen;
            try
            {
                seen = await look();
                if (isWanted(seen))
                    return seen;
            }
            catch (HttpRequestException failure)
            {
                seen = failure.Message;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), $"After two minutes it is still: {seen}");
            await interval.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask InitializeAsync() => await App.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
    }
}
