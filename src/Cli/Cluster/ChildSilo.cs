using System.Diagnostics;
using System.Globalization;
using System.Net;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Cluster;

/// <summary>
/// A silo in a process of its own, with records in memory: this tool again, running <see cref="ChildSiloCommand"/>. It ends when its
/// standard input does, so it never outlives the process that started it, however that one ends.
/// </summary>
internal sealed class ChildSilo : IAsyncDisposable
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private ChildSilo(Process process, string clusterId, IPEndPoint gateway, IPEndPoint endpoint)
    {
        _process = process;
        ClusterId = clusterId;
        Gateway = gateway;
        Endpoint = endpoint;
    }

    /// <summary>The name of the silo's cluster.</summary>
    public string ClusterId { get; }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint Gateway { get; }

    /// <summary>Where other silos connect.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>The number of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts it and waits until it takes clients.</summary>
    /// <param name="scanThreads">Threads that scan.</param>
    /// <param name="first">The first silo of a cluster that this one joins, which it must not outlive; null for a cluster of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/>: it ended instead; its own words are on standard error.</exception>
    public static async Task<ChildSilo> StartAsync(int scanThreads, ChildSilo? first, CancellationToken cancellationToken)
    {
        string clusterId = first?.ClusterId ?? $"child-{Guid.NewGuid():n}";
        var process = Process.Start(Command(clusterId, first?.Endpoint, scanThreads))!;
        try
        {
            string? said = await process.StandardOutput.ReadLineAsync(cancellationToken);
            return (said ?? "").Split(' ') is [var one, var other] && IPEndPoint.TryParse(one, out var gateway) && IPEndPoint.TryParse(other, out var endpoint)
                ? new(process, clusterId, gateway, endpoint)
                : throw FlatIndexException.Unavailable("the silo that was to be searched did not start");
        }
        catch
        {
            await StopAsync(process);
            throw;
        }
    }

    /// <summary>Has it send its metrics and traces to a collector, or stop that once it has sent what is left.</summary>
    /// <param name="collector">The collector; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task TellAsync(Uri? collector, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(collector?.ToString() ?? ChildSiloCommand.Nobody);
        await _process.StandardInput.FlushAsync(cancellationToken);
        if (await _process.StandardOutput.ReadLineAsync(cancellationToken) != ChildSiloCommand.Done)
            throw FlatIndexException.Unavailable("the silo that was to be searched is gone");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(_process);

    private static ProcessStartInfo Command(string clusterId, IPEndPoint? primary, int scanThreads) => SelfProcess.With(
        ChildSiloCommand.CommandName,
        ChildSiloCommand.Cluster,
        clusterId,
        ChildSiloCommand.Primary,
        primary?.ToString() ?? "",
        ChildSiloCommand.Threads,
        scanThreads.ToString(CultureInfo.InvariantCulture));

    private static async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(TimeToStop);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // Its rows are in memory: nothing is lost by force.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }
}
