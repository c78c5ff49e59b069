using Orleans.Configuration;

namespace IqdbFlat.Silo.Hosting;

/// <summary>
/// When a silo is taken for dead. Two wishes pull against each other: a silo that scans at full load answers late and must stay, and the shards of one that was killed must be
/// searched again within 20 s.
/// </summary>
/// <remarks>
/// A silo is suspected after four missed probes in a row, 2.5 s each, the last one by way of a third silo where there is one. Probes of a process that is gone fail at
/// once, its connections being reset, so a kill is noticed after 7.5 to 10 s; one more probe or two are needed where the silo that was asked to probe is itself out of breath.
/// A silo that lives keeps its place as long as any message has come over its connections within those 10 s, late probes or not, and searches are messages. So a
/// live silo must be silent to all for 10 s on end. Probes are short and many, not long and few, because the phase of the first one is chance, and chance is time. Orleans would
/// adapt their length to what it has seen: down on a quiet network, which evicts under sudden load, and up where the prober is busy, which makes a kill be noticed late. Neither is wanted.
/// </remarks>
internal static class MembershipTimes
{
    /// <summary>How long a probe may take, and how far two are apart.</summary>
    public static readonly TimeSpan Probe = TimeSpan.FromSeconds(2.5);

    // Silos that join look at the list of those that are there. Where all were killed at once, each would wait for the others' former lives until it looks again, a minute by default.
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    /// <summary>Probes missed in a row before a silo is suspected.</summary>
    public const int MissedProbes = 4;

    public static void Configure(ClusterMembershipOptions membership)
    {
        membership.TableRefreshTimeout = Refresh;
        membership.ProbeTimeout = Probe;
        membership.MinProbeTimeout = Probe;
        membership.MaxProbeTimeout = Probe;
        membership.NumMissedProbesLimit = MissedProbes;
    }
}
