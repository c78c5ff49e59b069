using System.Net;

namespace IqdbFlat.Silo.Health;

/// <summary>Asks the silo of the same settings whether it is ready, for containers that have nothing else to ask with: <c>--health</c>.</summary>
internal static class HealthProbe
{
    /// <summary>The argument, before any setting.</summary>
    public const string Argument = "--health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>0 for a silo that is ready, 1 for any other answer or none, with one sentence of why.</summary>
    public static async Task<int> RunAsync(SiloOptions silo, TextWriter error)
    {
        var address = IPAddress.Parse(silo.BindAddress);
        if (address.Equals(IPAddress.Any))
            address = IPAddress.Loopback;
        else if (address.Equals(IPAddress.IPv6Any))
            address = IPAddress.IPv6Loopback;
        var ready = new UriBuilder(Uri.UriSchemeHttp, address.ToString(), silo.HttpPort, HealthPaths.Ready).Uri;
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(ready);
            if (answer.IsSuccessStatusCode)
                return 0;
            await error.WriteLineAsync($"{ready} answers {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync($"{ready} does not answer: {failure.Message}");
        }

        return 1;
    }
}
