using System.Net;
using System.Net.Sockets;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Hosting;

namespace IqdbFlat.Silo.Tests.Hosting;

public sealed class FreePortsTests
{
    [Fact]
    public void Each_0_becomes_a_port_of_its_own()
    {
        int[] ports = FreePorts.Settle(IPAddress.Loopback, 0, 0, 0);
        Assert.Equal(3, ports.Distinct().Count());
        Assert.DoesNotContain(0, ports);
    }

    [Fact]
    public void No_port_is_given_twice_and_none_that_systems_give_to_connections()
    {
        var ports = Enumerable.Range(0, 300).SelectMany(_ => FreePorts.Settle(IPAddress.Loopback, 0, 0)).ToList();
        Assert.Equal(600, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 11_000, 31_999));
    }

    [Fact]
    public void A_port_that_was_asked_for_is_kept()
    {
        int free = FreePorts.Settle(IPAddress.Loopback, 0)[0];
        Assert.Equal(free, FreePorts.Settle(IPAddress.Loopback, 0, free)[1]);
    }

    [Fact]
    public void A_port_that_is_taken_is_told_in_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var endpoint = (IPEndPoint)taken.LocalEndpoint;
        var error = Assert.Throws<FlatIndexException>(() => FreePorts.Settle(IPAddress.Loopback, endpoint.Port));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.Contains($"cannot listen on {endpoint}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_another_machine_is_told_in_one_sentence()
    {
        var error = Assert.Throws<FlatIndexException>(() => FreePorts.Settle(IPAddress.Parse("192.0.2.1"), 0));
        Assert.Contains("cannot listen on 192.0.2.1", error.Message, StringComparison.Ordinal);
    }
}
