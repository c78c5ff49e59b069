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

    /// <summary>Looks again and again until what it sees is as wanted. A request that is refused or breaks off is looked at again.</summary>
    public static async Task<string> UntilAsync(Func<Task<string>> look, Func<string, bool> isWanted)
    {
        var (_, answer) = await Waiting.UntilAsync(LookAsync, seen => seen.IsAnswer && isWanted(seen.Text));
        return answer;

        async Task<(bool IsAnswer, string Text)> LookAsync()
        {
            try
            {
                return (true, await look());
            }
            catch (HttpRequestException failure)
            {
                return (false, failure.Message);
            }
        }
    }

    public async ValueTask InitializeAsync() => await App.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
    }
}
