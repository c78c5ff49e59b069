using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace IqdbFlat.Samples.Tests;

/// <summary>The web service keeps its articles and finds them: by words, by filter, page by page; also after it was killed and started again.</summary>
public sealed class WebServiceTests : IDisposable
{
    private static readonly object[] Articles =
    [
        new { title = "Bread without kneading", text = "Flour, water, salt and a night of rest.", kind = "recipe", year = 2021 },
        new { title = "Bread in the ancient world", text = "Who baked bread, and who ate it.", kind = "essay", year = 2019 },
        new { title = "A night train to Vienna", text = "A night of no rest.", kind = "travel", year = 2023 },
        new { title = "Rye bread", text = "Rye flour, water, salt.", kind = "recipe", year = 2024 },
    ];

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("iqdbflat-sample-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Articles_are_kept_and_found_by_words_by_filter_and_page_by_page()
    {
        string readme = SampleProcess.ReadmeOf("WebService");
        string found;
        {
            await using var process = Start();
            using var http = await ConnectAsync(process);
            Assert.Equal("Healthy", await http.GetStringAsync("/health", Cancel));
            for (int i = 0; i < Articles.Length; i++)
                Assert.Equal(HttpStatusCode.NoContent, (await http.PutAsJsonAsync($"/articles/{i + 1}", Articles[i], Cancel)).StatusCode);

            found = await http.GetStringAsync("/search?q=bread+of+rye+flour&k=2", Cancel);
            Assert.Equal([4, 1], Ids(found));
            Assert.Contains(found, readme, StringComparison.Ordinal);
            string older = await http.GetStringAsync($"/search?q=bread&filter={Uri.EscapeDataString("kind = 'recipe' and year < 2024")}", Cancel);
            Assert.Equal([1], Ids(older));
            Assert.Contains(older, readme, StringComparison.Ordinal);

            Assert.Equal([[4, 1], [2, 3]], await PagesAsync(http, "/search?q=bread+of+rye+flour&k=2"));
            await RefusesAsync(http);
            await http.DeleteAsync("/articles/2", Cancel);
        }

        await using var again = Start();
        using var later = await ConnectAsync(again);
        Assert.Equal(found, await later.GetStringAsync("/search?q=bread+of+rye+flour&k=2", Cancel));
        Assert.Equal("Rye bread", (await later.GetFromJsonAsync<JsonElement>("/articles/4", Cancel)).GetProperty("title").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync("/articles/2", Cancel)).StatusCode);
    }

    private static async Task RefusesAsync(HttpClient http)
    {
        var refused = await http.GetAsync($"/search?q=bread&filter={Uri.EscapeDataString("year >")}", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("InvalidFilter", (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("title").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/search?q=bread&k=-1", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/articles/77", Cancel)).StatusCode);
    }

    private static async Task<List<ulong[]>> PagesAsync(HttpClient http, string search)
    {
        var pages = new List<ulong[]>();
        for (string? next = ""; next is not null && pages.Count < Articles.Length;)
        {
            string page = await http.GetStringAsync(next.Length == 0 ? search : $"{search}&after={Uri.EscapeDataString(next)}", Cancel);
            if (Ids(page) is { Length: > 0 } ids)
                pages.Add(ids);
            next = JsonDocument.Parse(page).RootElement.GetProperty("next").GetString();
        }

        return pages;
    }

    private static ulong[] Ids(string page) => [.. JsonDocument.Parse(page).RootElement.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("id").GetUInt64())];

    private SampleProcess Start() => SampleProcess.Start(
        "WebService", "--Urls", "http://127.0.0.1:0", "--SiloPort", $"{FreePort()}", "--Data", Path.Combine(_data.FullName, "articles.db"));

    // It listens before its index is open; whoever sends it requests waits for its health, as this does.
    private static async Task<HttpClient> ConnectAsync(SampleProcess process)
    {
        var http = new HttpClient { BaseAddress = new(await process.WaitForAsync("Now listening on: ")) };
        for (DateTime start = DateTime.UtcNow; ;)
        {
            using var health = await http.GetAsync("/health", Cancel);
            if (health.IsSuccessStatusCode)
                return http;
            Assert.True(DateTime.UtcNow - start < TimeSpan.FromMinutes(2), $"The service is not healthy: {await health.Content.ReadAsStringAsync(Cancel)}");
        }
    }

    // Orleans wants to know its port beforehand.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
