using System.IO.Pipelines;
using IqdbFlat.Client.Connections;
using IqdbFlat.Silo.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Silo.Tests.Connections;

public sealed class ConnectionKeyTests
{
    private const string GatewayKey = "a-key-for-clients-0001";
    private const string SiloKey = "a-key-for-silos-000001";

    [Fact]
    public async Task Silos_with_a_key_form_a_cluster_and_only_clients_with_theirs_are_let_in()
    {
        await using var first = Silo();
        await first.StartAsync(TestContext.Current.CancellationToken);
        await using var second = Silo(Addresses(first).Silo.ToString());
        await second.StartAsync(TestContext.Current.CancellationToken);
        var gateway = Addresses(second).Gateway;

        await using (var client = await OutsideClient.ConnectAsync(gateway, options => options.GatewayKey = GatewayKey))
            Assert.Empty(await client.Indexes.ListNamesAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(() => OutsideClient.ConnectAsync(gateway, options => options.GatewayKey = "another-key-altogether"));
        await Assert.ThrowsAnyAsync<Exception>(() => OutsideClient.ConnectAsync(gateway));
        // A client's key opens no silo's port.
        await Assert.ThrowsAnyAsync<Exception>(() => OutsideClient.ConnectAsync(Addresses(second).Silo, options => options.GatewayKey = GatewayKey));

        await second.StopAsync(CancellationToken.None);
        await first.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData(GatewayKey, GatewayKey, true)]
    [InlineData(GatewayKey, SiloKey, false)]
    public async Task Both_ends_learn_whether_the_other_knows_the_key(string server, string client, bool isKnown)
    {
        var (one, other) = Pair();
        var asServer = Served(new KeyProof(server), one);
        bool byClient = await Settled(() => new KeyProof(client).AsClientAsync(other, TestContext.Current.CancellationToken));
        Assert.Equal((isKnown, isKnown), (await asServer, byClient));
    }

    [Fact]
    public async Task A_proof_that_is_sent_back_or_sent_again_is_none()
    {
        // The server's own proof cannot be had without a client's, and a client's is for one pair of random numbers: what one connection saw is worth nothing on the next.
        var (one, other) = Pair();
        var served = Served(new KeyProof(GatewayKey), one);
        var recorded = new byte[64];
        var greeting = await other.Input.ReadAtLeastAsync(40, TestContext.Current.CancellationToken);
        byte[] nonce = [.. System.Buffers.BuffersExtensions.ToArray(greeting.Buffer).AsSpan(8)];
        other.Input.AdvanceTo(greeting.Buffer.End);
        nonce.CopyTo(recorded, 0);
        nonce.CopyTo(recorded, 32);
        await other.Output.WriteAsync(recorded, TestContext.Current.CancellationToken);
        Assert.False(await served);
    }

    private static async Task<bool> Served(KeyProof key, IDuplexPipe pipe)
    {
        bool isKnown = await key.AsServerAsync(pipe, TestContext.Current.CancellationToken);
        if (!isKnown)
            await pipe.Output.CompleteAsync();
        return isKnown;
    }

    // An end that is refused sees its connection close.
    private static async Task<bool> Settled(Func<Task<bool>> prove)
    {
        try
        {
            return await prove();
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static (IDuplexPipe One, IDuplexPipe Other) Pair()
    {
        var (there, back) = (new Pipe(), new Pipe());
        return (new Duplex(there.Reader, back.Writer), new Duplex(back.Reader, there.Writer));
    }

    private static WebApplication Silo(string primary = "") => SiloHost.Create(RunningSilo.Options(new()
    {
        Connections = { GatewayKey = GatewayKey, SiloKey = SiloKey },
        Clustering = { PrimaryEndpoint = primary },
        Dashboard = { Enabled = false },
    }));

    private static SiloAddresses Addresses(WebApplication silo) => silo.Services.GetRequiredService<SiloAddresses>();

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
