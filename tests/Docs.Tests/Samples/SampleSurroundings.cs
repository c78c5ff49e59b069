using System.Net;
using IqdbFlat.Silo;
using IqdbFlat.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Docs.Tests.Samples;

/// <summary>What a block that is a whole program finds around it: a silo, free ports, a folder.</summary>
internal sealed class SampleSurroundings : IAsyncDisposable
{
    private WebApplication? _silo;
    private DirectoryInfo? _folder;

    /// <summary>What to replace in the block: the ports and the file that readers would use, by those that are free here.</summary>
    public Dictionary<string, string> Replacements { get; } = [];

    public static async Task<SampleSurroundings> MakeAsync(SampleMode mode)
    {
        var surroundings = new SampleSurroundings();
        if (mode == SampleMode.Silo)
            await surroundings.StartSiloAsync();
        if (mode == SampleMode.Host)
            surroundings.TakePortsAndFolder();
        return surroundings;
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.StopAsync();
            await _silo.DisposeAsync();
        }

        _folder?.Delete(recursive: true);
    }

    private async Task StartSiloAsync()
    {
        _silo = SiloHost.Create(new IqdbFlatSiloOptions
        {
            Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
            Storage = { Provider = StorageProvider.Memory },
            Dashboard = { Enabled = false },
        });
        await _silo.StartAsync();
        Replacements["30000"] = $"{_silo.Services.GetRequiredService<SiloAddresses>().Gateway.Port}";
    }

    private void TakePortsAndFolder()
    {
        int[] ports = FreePorts.Settle(IPAddress.Loopback, 0, 0);
        _folder = Directory.CreateTempSubdirectory("iqdbflat-docs-");
        Replacements["11111"] = $"{ports[0]}";
        Replacements["30000"] = $"{ports[1]}";
        Replacements["data/rows.db"] = Path.Combine(_folder.FullName, "rows.db");
    }
}
