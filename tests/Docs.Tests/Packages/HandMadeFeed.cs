using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace IqdbFlat.Docs.Tests.Packages;

/// <summary>A package source on loopback that has no packages, and data of one vulnerability or none at all.</summary>
internal sealed class HandMadeFeed : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HandMadeFeed(WebApplication app) => _app = app;

    /// <summary>The address of its index.</summary>
    public string Index => $"{_app.Urls.Single()}/index.json";

    /// <summary>Starts it on a free port.</summary>
    /// <param name="withData">Whether its index names data of vulnerabilities.</param>
    /// <param name="package">The package whose every version is said to have a weakness.</param>
    /// <param name="advisory">Where that weakness is said to be described.</param>
    public static async Task<HandMadeFeed> StartAsync(bool withData, string package, string advisory)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(http =>
        {
            string here = $"http://{http.Request.Host}";
            object? answer = http.Request.Path.Value switch
            {
                "/index.json" => new Dictionary<string, object>
                {
                    ["version"] = "3.0.0",
                    ["resources"] = new[] { Named($"{here}/packages/", "@type", "RegistrationsBaseUrl/3.6.0") }
                        .Concat(withData ? [Named($"{here}/vulnerabilities.json", "@type", "VulnerabilityInfo/6.7.0")] : []),
                },
                "/vulnerabilities.json" => new object[] { Named($"{here}/base.json", "@name", "base", "@updated", "2026-01-01T00:00:00Z") },
                "/base.json" => new Dictionary<string, object> { [package.ToLowerInvariant()] = new[] { new { url = advisory, severity = 2, versions = "(, )" } } },
                _ => null,
            };
            if (answer is not null)
                return http.Response.WriteAsJsonAsync(answer);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Dictionary<string, string> Named(string id, params string[] more)
    {
        var named = new Dictionary<string, string> { ["@id"] = id };
        for (int i = 0; i < more.Length; i += 2)
            named[more[i]] = more[i + 1];
        return named;
    }
}
