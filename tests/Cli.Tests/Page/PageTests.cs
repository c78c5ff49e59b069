using System.Collections.Concurrent;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.Commands;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace IqdbFlat.Cli.Tests.Page;

/// <summary>The page and the dashboard in the distribution's Chromium: they show the true state and change with it, and a search typed there is the command line's.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string Key = "a-key-for-http-0001";
    private const string StatusPath = "/api/status";
    private const float Patience = 120_000;

    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly WebApplication _silo = SiloHost.Create(new IqdbFlatSiloOptions
    {
        Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0, Name = "silo-a" },
        Storage = { Provider = StorageProvider.Memory },
        Dashboard = { Key = Key },
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SiloAddresses Addresses => _silo.Services.GetRequiredService<SiloAddresses>();

    private IFlatIndexClient Client => _silo.Services.GetRequiredService<IFlatIndexClient>();

    public async ValueTask InitializeAsync() => await _silo.StartAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync(CancellationToken.None);
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task The_page_shows_the_true_state_changes_with_it_and_answers_as_the_command_line_does()
    {
        var index = await Client.CreateAsync("films", new(2, Metric.Euclidean, 3), cancellationToken: Token);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 40).Select(i => new Row((ulong)i, new[] { i / 7f, 1 - (i / 3f) }, Metadata.From(("kind", i % 2 == 0 ? "even" : "odd"))))], cancellationToken: Token);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await OpenAsync(browser);
        ConcurrentQueue<string> problems = [];
        page.PageError += (_, error) => problems.Enqueue(error);
        page.Console += (_, message) =>
        {
            // The state that does not come in time on a busy machine is a 503, which the browser notes; the page asks again.
            bool isLate = message.Location.Contains(StatusPath, StringComparison.Ordinal) && message.Text.Contains("status of 503", StringComparison.Ordinal);
            if (message.Type == "error" && !isLate)
                problems.Enqueue($"{message.Text} at {message.Location}");
        };
        await page.GotoAsync(new Uri(Addresses.Http, "/").ToString());

        await Sees(page, "#indexes", "films", "Euclidean", "40", "3 of 3 loaded");
        await Sees(page, "#silos", "silo-a", "serves");
        Assert.Contains("silo-a", await page.InnerTextAsync("#where"), StringComparison.Ordinal);

        await index.DeleteBatchAsync([.. Enumerable.Range(0, 7).Select(i => (RowId)(ulong)i)], cancellationToken: Token);
        await Client.CreateAsync("later", new(5, Metric.Cosine, 1), cancellationToken: Token);
        await Sees(page, "#indexes", "33", "later", "Cosine");

        const string Filter = "kind = 'odd'";
        await page.SelectOptionAsync("#index", "films");
        await page.FillAsync("#vector", "[1.1, -0.3]");
        await page.FillAsync("#k", "5");
        await page.FillAsync("#filter", Filter);
        await page.ClickAsync("#search button");
        await Sees(page, "#said", "5 hits in");
        var shown = await page.Locator("#hits tbody tr").AllAsync();
        var rows = new List<string>();
        foreach (var row in shown)
            rows.Add(string.Join('|', await row.Locator("td").AllInnerTextsAsync()));
        var run = await SchemaCommandTests.RunAsync(
            [], "search", "films", "--vector", "[1.1, -0.3]", "--k", "5", "--filter", Filter, "--metadata", "--json", "--gateway", Addresses.Gateway.ToString());
        var hits = run.Ok().Json.GetProperty("hits").EnumerateArray().Select((hit, place) =>
            $"{place + 1}|{hit.GetProperty("id").GetProperty("u64").GetString()}|{hit.GetProperty("distance").GetRawText()}|{Filter}");
        Assert.Equal(hits, rows);
        Assert.Equal(3, await page.Locator("#explain tbody tr").CountAsync());

        await page.FillAsync("#filter", "kind = ");
        await page.ClickAsync("#search button");
        await Sees(page, "#said", "column");
        // A refused search is a 400 and the first request, before the key, a 401: the browser notes both by itself. Nothing else went wrong, the content security policy included.
        Assert.All(problems, problem => Assert.Matches("the server responded with a status of (400|401)", problem));
        if (Environment.GetEnvironmentVariable("IQDBFLAT_KEEP_SCREENSHOT") is { Length: > 0 } file)
        {
            await page.FillAsync("#filter", Filter);
            await page.ClickAsync("#search button");
            await Sees(page, "#said", "5 hits in");
            await page.ScreenshotAsync(new() { Path = file, FullPage = true });
        }

        await page.GotoAsync(new Uri(Addresses.Http, "/dashboard/").ToString());
        await page.GetByText("silo-a").Or(page.GetByText("Cluster")).First.WaitForAsync(new() { Timeout = Patience });
    }

    [Fact]
    public async Task Markup_in_fields_metadata_and_filters_is_shown_as_text()
    {
        const string Markup = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">";
        var index = await Client.CreateAsync("plain", new(1, Metric.Euclidean, 1), cancellationToken: Token);
        await index.InsertAsync(new(7, new[] { 1f }, Metadata.From((Markup, Markup))), cancellationToken: Token);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await OpenAsync(browser);
        await page.GotoAsync(new Uri(Addresses.Http, "/").ToString());
        await Sees(page, "#indexes", "plain");
        await page.FillAsync("#vector", "1");
        await page.ClickAsync("#search button");
        await Sees(page, "#hits", "onerror");
        Assert.Equal(0, await page.Locator("main img, main script").CountAsync());
        await page.FillAsync("#filter", Markup);
        await page.ClickAsync("#search button");
        await Sees(page, "#said", "column");
        Assert.Equal("IqdbFlat.Orleans", await page.TitleAsync());
    }

    [Fact]
    public async Task Without_the_key_the_browser_sees_nothing()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync();
        var answer = await page.APIRequest.GetAsync(new Uri(Addresses.Http, "/").ToString());
        Assert.Equal(401, answer.Status);
    }

    private static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        string? program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "Chromium is not installed: ./test --install gets it");
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Headless = true, Args = Flags, Timeout = Patience });
    }

    // A context of its own is a fresh profile.
    private static async Task<IPage> OpenAsync(IBrowser browser)
    {
        var context = await browser.NewContextAsync(new() { HttpCredentials = new() { Username = "anyone", Password = Key }, ViewportSize = new() { Width = 1200, Height = 900 } });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    /// <summary>Waits until a part of the page has all of the texts.</summary>
    private static async Task Sees(IPage page, string part, params string[] texts)
    {
        foreach (string text in texts)
            await page.Locator(part).Filter(new() { HasText = text }).WaitForAsync(new() { Timeout = Patience });
    }
}
