using IqdbFlat.Client;
using IqdbFlat.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Cli.Demo;

/// <summary>The demo's silo, in this process, on free ports of the loopback address, with its data in one file.</summary>
internal sealed class DemoSilo : IAsyncDisposable
{
    private readonly WebApplication _silo;

    private DemoSilo(WebApplication silo) => _silo = silo;

    /// <summary>A client of the silo.</summary>
    public IFlatIndexClient Client => _silo.Services.GetRequiredService<IFlatIndexClient>();

    /// <summary>Where the Orleans Dashboard is.</summary>
    public Uri Dashboard => new(_silo.Services.GetRequiredService<SiloAddresses>().Http, "/dashboard");

    /// <summary>Starts it.</summary>
    public static async Task<DemoSilo> StartAsync(string file, CancellationToken cancellationToken)
    {
        var options = new IqdbFlatSiloOptions
        {
            Silo = new() { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
            Storage = new() { Provider = StorageProvider.Sqlite, Path = file },
        };
        var silo = SiloHost.Create(options);
        try
        {
            await silo.StartAsync(cancellationToken);
            return new(silo);
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it, in order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync(CancellationToken.None);
        await _silo.DisposeAsync();
    }
}
