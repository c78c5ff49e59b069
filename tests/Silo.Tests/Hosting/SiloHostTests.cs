using System.Net;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Runtime;

namespace IqdbFlat.Silo.Tests.Hosting;

public sealed class SiloHostTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_told_to_anybody(string path)
    {
        using var http = silo.Http(withKey: false);
        var response = await http.GetAsync(new Uri(path, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Healthy", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/page/page.js")]
    [InlineData("/api/status")]
    [InlineData("/api/search")]
    [InlineData("/dashboard/")]
    [InlineData("/dashboard/DashboardCounters")]
    [InlineData("/dashboard/index.min.js")]
    [InlineData("/dashboard/no-such-page")]
    public async Task Everything_else_needs_the_key(string path)
    {
        using var http = silo.Http(withKey: false);
        var response = await http.GetAsync(new Uri(path, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task The_dashboard_is_served_and_knows_its_silo()
    {
        using var http = silo.Http();
        Assert.Contains("Orleans Dashboard", await http.GetStringAsync(new Uri("/dashboard/", UriKind.Relative), Token), StringComparison.Ordinal);

        // The dashboard counts at intervals of its own, and a busy machine may not have come to the first.
        string counters = await RunningSilo.UntilAsync(
            () => http.GetStringAsync(new Uri("/dashboard/DashboardCounters", UriKind.Relative), Token),
            found => found.Contains(silo.Addresses.Silo.ToString(), StringComparison.Ordinal));
        Assert.Contains("\"hosts\":[{", counters, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_is_the_page_which_leads_to_the_dashboard_and_runs_no_script_but_its_own()
    {
        using var http = silo.Http();
        var response = await http.GetAsync(new Uri("/", UriKind.Relative), Token);
        Assert.Contains("href=\"/dashboard/\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_lives_from_creation_to_drop_through_the_silos_own_client() => await LiveAndDrop(silo.Client, "co-hosted");

    [Fact]
    public async Task An_index_lives_from_creation_to_drop_through_a_client_outside()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(silo.Addresses.Gateway);
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("iqdbflat", "iqdbflat"));
        });
        builder.Services.AddIqdbFlatClient(options => options.BatchRows = 100);
        using var host = builder.Build();
        await host.StartAsync(Token);
        await LiveAndDrop(host.Services.GetRequiredService<IFlatIndexClient>(), "outside");
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Two_silos_on_loopback_form_a_cluster()
    {
        var options = RunningSilo.Options(new() { Clustering = { PrimaryEndpoint = silo.Addresses.Silo.ToString() }, Dashboard = { Enabled = false } });
        await using var second = SiloHost.Create(options);
        await second.StartAsync(Token);
        var silos = await second.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        Assert.Equal(2, silos.Count);
        await LiveAndDrop(second.Services.GetRequiredService<IFlatIndexClient>(), "two-silos");
        await second.StopAsync(Token);
    }

    private static async Task LiveAndDrop(IFlatIndexClient client, string name)
    {
        var index = await client.CreateAsync(name, new(4, Metric.Euclidean, 3), cancellationToken: Token);
        var rows = Enumerable.Range(0, 500).Select(i => new Row((ulong)i, new float[] { i, 0, 0, 0 }, Metadata.From(("even", i % 2 == 0))));
        var progress = await index.IngestAsync(rows.ToAsyncEnumerable(), new() { BatchRows = 64 }, cancellationToken: Token);
        Assert.Equal(499, progress.LastOrdinal);
        var duplicate = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertAsync(new(7, new float[4]), cancellationToken: Token));
        Assert.Equal(FlatErrorKind.Duplicate, duplicate.Kind);
        var result = await index.SearchAsync(
            new float[] { 100.4f, 0, 0, 0 }, 3, new() { Filter = Filter.Eq("even", true), IncludeMetadata = true }, Token);
        Assert.Equal([100, 102, 98], result.Hits.Select(hit => hit.Id.Number));
        Assert.All(result.Hits, hit => Assert.True(hit.Metadata!["even"].AsBool));
        Assert.Equal(3, result.Shards.Count);
        Assert.Equal(500, result.Shards.Sum(shard => shard.Rows));
        Assert.Equal(500, await index.CountAsync(Token));
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => (ulong)i), await index.ExportAsync(0, Token).Select(row => row.Id.Number).ToListAsync(Token));
        Assert.Contains(name, (await client.ListAsync(Token)).Select(description => description.Name));
        await client.DropAsync(name, Token);
        Assert.Equal(FlatErrorKind.IndexNotFound, (await Assert.ThrowsAsync<FlatIndexException>(() => index.GetAsync(1, Token))).Kind);
    }
}
