using System.Diagnostics;
using System.Net;

namespace IqdbFlat.Cluster.Tests.Faults;

/// <summary>
/// Network namespaces behind one bridge, an address each, and the bridge's own address for what all of them reach: clients and stores. Two of them can be cut off
/// from each other while both still reach the bridge. Needs root on Linux.
/// </summary>
internal sealed class Networks : IDisposable
{
    private static int _made;
    private readonly string _name;
    private readonly int _third;
    private readonly int _count;

    private Networks(int count)
    {
        // A name and a subnet that no other run on this machine has.
        int number = Environment.ProcessId % 10_000;
        _name = $"iq{number}{Interlocked.Increment(ref _made)}";
        _third = number % 250;
        _count = count;
    }

    /// <summary>The address of the bridge.</summary>
    public IPAddress Bridge => IPAddress.Parse($"10.117.{_third}.254");

    /// <summary>Makes them; skips the test, saying why, where the machine does not allow it.</summary>
    public static Networks Make(int count)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "network namespaces need root on Linux");
        var networks = new Networks(count);
        try
        {
            networks.Make();
            return networks;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            networks.Dispose();
            Assert.Skip($"this machine does not allow network namespaces: {error.Message}");
            throw;
        }
    }

    /// <summary>The name of one, from 0.</summary>
    public string this[int number] => $"{_name}-{number}";

    /// <summary>The address in one, from 0.</summary>
    public IPAddress Address(int number) => IPAddress.Parse($"10.117.{_third}.{number + 1}");

    /// <summary>From now on nothing passes between two of them, in either direction.</summary>
    public void Cut(int one, int other)
    {
        Ip($"-n {this[one]} route add blackhole {Address(other)}/32");
        Ip($"-n {this[other]} route add blackhole {Address(one)}/32");
    }

    /// <summary>Everything passes again.</summary>
    public void Mend(int one, int other)
    {
        Ip($"-n {this[one]} route del blackhole {Address(other)}/32");
        Ip($"-n {this[other]} route del blackhole {Address(one)}/32");
    }

    public void Dispose()
    {
        for (int number = 0; number < _count; number++)
            TryIp($"netns del {this[number]}");
        TryIp($"link del {_name}");
    }

    private void Make()
    {
        Ip($"link add {_name} type bridge");
        Ip($"addr add {Bridge}/24 dev {_name}");
        Ip($"link set {_name} up");
        for (int number = 0; number < _count; number++)
        {
            Ip($"netns add {this[number]}");
            Ip($"link add {_name}v{number} type veth peer name eth0 netns {this[number]}");
            Ip($"link set {_name}v{number} master {_name} up");
            Ip($"-n {this[number]} addr add {Address(number)}/24 dev eth0");
            Ip($"-n {this[number]} link set eth0 up");
            Ip($"-n {this[number]} link set lo up");
        }
    }

    private static void Ip(string arguments)
    {
        if (TryIp(arguments) is { } failure)
            throw new InvalidOperationException($"ip {arguments}: {failure}");
    }

    private static string? TryIp(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments.Split(' ')) { RedirectStandardError = true })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : said.Trim();
    }
}
