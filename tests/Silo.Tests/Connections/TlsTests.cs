using IqdbFlat.Client;
using IqdbFlat.Client.Connections;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace IqdbFlat.Silo.Tests.Connections;

public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new();

    [Fact]
    public async Task Two_silos_form_a_cluster_and_a_client_with_a_certificate_is_served()
    {
        await using var first = Silo(_authority.Silo());
        await first.StartAsync(TestContext.Current.CancellationToken);
        await using var second = Silo(_authority.Silo(asPfx: true), Addresses(first).Silo.ToString());
        await second.StartAsync(TestContext.Current.CancellationToken);

        await using (var client = await OutsideClient.ConnectAsync(Addresses(second).Gateway, options => options.Tls = _authority.Client("for its key")))
        {
            var index = await client.Indexes.CreateAsync("over-tls", new(2, Metric.Euclidean, 4), cancellationToken: TestContext.Current.CancellationToken);
            await index.InsertAsync(new(7, new[] { 1f, 2f }), cancellationToken: TestContext.Current.CancellationToken);
            var found = await index.SearchAsync(new[] { 1f, 2f }, 3, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(0f, Assert.Single(found.Hits).Distance);
            var silos = await client.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
            Assert.Equal(2, silos.Count);
        }

        await second.StopAsync(CancellationToken.None);
        await first.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_client_without_a_certificate_or_with_one_of_another_authority_or_an_expired_one_is_refused()
    {
        await using var silo = Silo(_authority.Silo());
        await silo.StartAsync(TestContext.Current.CancellationToken);
        var gateway = Addresses(silo).Gateway;

        await Assert.ThrowsAnyAsync<Exception>(() => OutsideClient.ConnectAsync(gateway));
        // Told of the silo's authority, so that it believes the silo: it is the silo that refuses.
        await Assert.ThrowsAnyAsync<Exception>(() => OutsideClient.ConnectAsync(gateway, options => options.Tls = Believing(_other)));
        await using (await OutsideClient.ConnectAsync(gateway, options => options.Tls = _authority.Client()))
        {
            // The same with the right one is let in, so it was the certificate.
        }

        await silo.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_client_refuses_a_silo_of_another_authority_and_a_server_that_is_no_silo()
    {
        await using var silo = Silo(_other.Silo());
        await silo.StartAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => OutsideClient.ConnectAsync(Addresses(silo).Gateway, options => options.Tls = _authority.Client()));
        await Assert.ThrowsAnyAsync<Exception>(() => OutsideClient.ConnectAsync(
            Addresses(silo).Gateway, options => (options.Tls = _other.Client()).SiloName = "another.cluster"));
        await silo.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void A_client_certificate_is_no_silos_whoever_issued_it()
    {
        var silo = Identity.Read(_authority.Silo(), "Tls", isSilo: true);
        var client = Identity.Read(_authority.Client(), "Tls", isSilo: false);
        Assert.True(silo.IsPeer(silo.Certificate, mustBeSilo: true));
        Assert.True(silo.IsPeer(client.Certificate, mustBeSilo: false));
        Assert.False(silo.IsPeer(client.Certificate, mustBeSilo: true));
        Assert.True(client.IsSiloAsServer(silo.Certificate));
        Assert.False(client.IsSiloAsServer(client.Certificate));
        var stranger = Identity.Read(_other.Silo(), "Tls", isSilo: true);
        Assert.False(silo.IsPeer(stranger.Certificate, mustBeSilo: true));
        Assert.False(client.IsSiloAsServer(stranger.Certificate));
    }

    [Fact]
    public void A_file_that_will_not_do_is_told_in_one_sentence_without_the_password()
    {
        Told("cannot be read", isSilo: true, () => Changed(_authority.Silo(), files => files.Certificate += ".missing"));
        Told("Authority must name the file", isSilo: true, () => Changed(_authority.Silo(), files => files.Authority = ""));
        Told("does not bear the DNS name silo.iqdbflat", isSilo: true, () => Changed(_authority.Client(), _ => { }), "as a silo's");
        Told("is a silo's: a client has one of its own", isSilo: false, () => _authority.Silo());
        Told("NotTimeValid", isSilo: false, () => _authority.ExpiredClient());
        Told("vouches", isSilo: false, () => Changed(_other.Client(), files => files.Authority = _authority.RootFile));
        Told("cannot be read", isSilo: true, () => Changed(_authority.Silo(asPfx: true), files => files.Password = "s3cret-and-wrong"));
        Told("cannot be read", isSilo: false, () => Changed(_authority.Client("right"), files => files.Password = "s3cret-and-wrong"));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    private static void Told(string part, bool isSilo, Func<TlsFiles> files, string? or = null)
    {
        var error = Assert.Throws<FlatIndexException>(() => Identity.Read(files(), "IqdbFlat:Connections:Tls", isSilo));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.True(error.Message.Contains(part, StringComparison.Ordinal) || (or is not null && error.Message.Contains(or, StringComparison.Ordinal)), error.Message);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    // A certificate that the client itself finds good, so that only the silo can refuse it.
    private TlsFiles Believing(TestAuthority authority)
    {
        var files = authority.Client();
        string both = files.Certificate + ".both";
        File.WriteAllText(both, File.ReadAllText(_authority.RootFile) + "\n" + File.ReadAllText(_other.RootFile));
        files.Authority = both;
        return files;
    }

    private static TlsFiles Changed(TlsFiles files, Action<TlsFiles> change)
    {
        change(files);
        return files;
    }

    private static WebApplication Silo(TlsFiles tls, string primary = "") => SiloHost.Create(RunningSilo.Options(new()
    {
        Connections = { Tls = tls },
        Clustering = { PrimaryEndpoint = primary },
        Dashboard = { Enabled = false },
    }));

    private static SiloAddresses Addresses(WebApplication silo) => silo.Services.GetRequiredService<SiloAddresses>();
}
