using System.Net;
using System.Net.Sockets;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Hosting;

namespace IqdbFlat.Cli.Tests.Commands;

[Collection(SharedSilo.Name)]
public class ClusterConnectionTests(CommandCluster cluster)
{
    [Fact]
    public async Task A_gateway_where_nobody_listens_is_named_in_one_sentence()
    {
        string gateway = FreeEndpoint();
        var run = (await RunAsync("list", "--gateway", gateway)).Fails(ExitCode.Failed, "unavailable", gateway, "iqdbflat");
        Assert.Equal("", run.Output);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_gateway_that_never_answers_is_given_up_after_the_timeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        (await RunAsync("stats", "docs", "--gateway", listener.LocalEndpoint.ToString()!, "--timeout", "0.5"))
            .Fails(ExitCode.Failed, "unavailable", listener.LocalEndpoint.ToString()!, "no answer within 0.5 s");
    }

    [Fact]
    public async Task A_gateway_of_another_cluster_is_named() =>
        (await cluster.RunAsync("list", "--cluster-id", "other")).Fails(ExitCode.Failed, "unavailable", "'other'");

    [Fact]
    public async Task One_gateway_that_answers_is_enough() => (await cluster.RunAsync("list", "--gateway", FreeEndpoint(), "--json")).Ok();

    [Theory]
    [InlineData("--gateway", "30000")]
    [InlineData("--gateway", "localhost:0")]
    [InlineData("--gateway", "localhost:65536")]
    [InlineData("--gateway", "localhost:x")]
    [InlineData("--gateway", "[::1]30000")]
    [InlineData("--gateway", "a b:30000")]
    [InlineData("--gateway", "")]
    [InlineData("--timeout", "0")]
    [InlineData("--timeout", "541")]
    [InlineData("--timeout", "1e3")]
    [InlineData("--timeout", "NaN")]
    [InlineData("--timeout", "-1")]
    public async Task What_cannot_be_is_bad_input(string option, string value) => (await RunAsync("list", option, value)).Fails(ExitCode.BadInput, $"'{value}'");

    [Theory]
    [InlineData("localhost", "localhost:30000")]
    [InlineData("127.0.0.1", "127.0.0.1:30000")]
    [InlineData("silo-0.example.org:31000", "silo-0.example.org:31000")]
    [InlineData("[::1]:31000", "[::1]:31000")]
    [InlineData("::1", "[::1]:30000")]
    [InlineData("[::1]", "[::1]:30000")]
    public void A_gateway_without_a_port_has_the_silos_default(string text, string expected) => Assert.Equal(expected, GatewayAddress.Parse(text).ToString());

    [Fact]
    public async Task A_name_that_nobody_knows_is_told()
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => GatewayAddress.Parse("silo.invalid:30000").ResolveAsync(default));
        Assert.Equal(FlatErrorKind.Unavailable, error.Kind);
        Assert.Contains("silo.invalid:30000", error.Message, StringComparison.Ordinal);
    }

    private static async Task<CommandRun> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        return new(await CliApplication.RunAsync(args, terminal, ClusterCommands.All(terminal)), output.ToString(), error.ToString());
    }

    /// <summary>Where nobody listens, nor will while these tests run: no silo of this process is given the port.</summary>
    private static string FreeEndpoint() => $"{new IPEndPoint(IPAddress.Loopback, FreePorts.Settle(IPAddress.Loopback, 0)[0])}";
}
