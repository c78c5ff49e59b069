using System.Globalization;
using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos;

/// <summary>
/// Kills silos by SIGKILL, in rounds, while writers write; after each round holds the whole index against what the writers were told. Ends early at the first round with findings.
/// </summary>
internal sealed class ChaosRun
{
    private const int Writers = 4;

    /// <summary>For whatever must happen by itself: a start, a recovery, an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly ChaosSettings _settings;
    private readonly TimeProvider _time;
    private readonly Action<string> _say;
    private readonly ChaosReport _report = new();
    private readonly ChaosWriters _writers;
    private readonly SiloCluster _cluster;

    private ChaosRun(ChaosSettings settings, SiloCluster cluster, TimeProvider time, Action<string> say)
    {
        (_settings, _cluster, _time, _say) = (settings, cluster, time, say);
        _writers = new(Writers, settings.Seed, time, _report.Findings);
    }

    /// <summary>Runs.</summary>
    /// <param name="settings">What to run.</param>
    /// <param name="time">The clock of the run's length.</param>
    /// <param name="say">Gets a line a round.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ChaosReport> RunAsync(ChaosSettings settings, TimeProvider time, Action<string> say, CancellationToken cancellationToken)
    {
        using var guard = new ProcessGuard();
        await using var stores = await ChaosStores.StartAsync(guard, settings.Storage, settings.Silos, settings.Folder, cancellationToken);
        await using var cluster = new SiloCluster(guard, settings.Program, settings.Silos, settings.Folder, stores.Settings);
        var run = new ChaosRun(settings, cluster, time, say);
        await run.RunAsync(cancellationToken);
        if (run._report.Findings.Any)
            say($"{string.Join('\n', run._report.Findings.Words)}\n{cluster.LogTails}\n{stores.LogTails}");
        return run._report;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        await _cluster.StartAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        await using var ofOracle = await _cluster.ConnectAsync(client => client.Deadline = Patience, cancellationToken);
        await using var ofWriters = await _cluster.ConnectAsync(client => client.Deadline = ChaosWriters.Deadline, cancellationToken);
        var index = await ChaosWriters.CreateIndexAsync(ofOracle.Client, cancellationToken);
        var handles = await _writers.OpenAsync(ofWriters.Client, cancellationToken);
        while (_time.GetElapsedTime(started) < _settings.Length && _report.Kills < _settings.Kills && !_report.Findings.Any)
        {
            try
            {
                await RoundAsync(index, handles, cancellationToken);
            }
            catch (Exception error) when (error is FlatIndexException or TimeoutException)
            {
                _report.Findings.Add(FindingKind.Failed, $"round {_report.Rounds + 1}: {error.Message}");
            }
        }
    }

    private async Task RoundAsync(IFlatIndex index, IFlatIndex[] handles, CancellationToken cancellationToken)
    {
        var plan = KillPlan.Of(_settings.Seed, _report.Rounds, _settings.Silos);
        long before = _writers.Acknowledged;
        _writers.Start(handles, cancellationToken);
        await _writers.UntilAsync(() => _writers.Acknowledged >= before + plan.Writes, "writes are acknowledged", cancellationToken);
        await Task.Delay(plan.Pause, _time, cancellationToken);
        await KillAsync(plan);
        long killed = _time.GetTimestamp();
        await RestartAsync(plan, cancellationToken);
        var startTime = _time.GetElapsedTime(killed);

        // The cluster must go on by itself, before anybody looks.
        await _writers.AnsweredAgainAsync(cancellationToken);
        var backTime = _time.GetElapsedTime(killed);
        await _writers.StopAsync(cancellationToken);
        long rows = await _writers.CheckAsync(index, cancellationToken);
        Account(rows);
        string again = plan.AgainAfter is null ? "" : $" and {plan.AgainCount} again while starting";
        _say(string.Create(
            CultureInfo.InvariantCulture,
            $"round {_report.Rounds}: killed {string.Join(", ", plan.Victims.Select(victim => victim + 1))} of {_settings.Silos}{again}, ready after {startTime.TotalSeconds:F1} s, all writers answered after {backTime.TotalSeconds:F1} s, {_writers.Acknowledged - before} writes acknowledged, {rows} rows compared"));
    }

    private async Task KillAsync(KillPlan plan)
    {
        var victims = plan.Victims.Select(victim => _cluster.Silos[victim]).ToArray();
        foreach (var victim in victims)
        {
            _report.Kills++;
            if (_writers.AnyUnanswered)
                _report.KillsDuringWrites++;
            victim.Send(Signal.Kill);
        }

        await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
        if (victims.Length < _settings.Silos)
            return;
        _report.AllAtOnce++;
        _writers.NothingIsUnderWay();
    }

    /// <summary>Starts the victims at their endpoints again; some are killed once more before they are ready.</summary>
    private async Task RestartAsync(KillPlan plan, CancellationToken cancellationToken)
    {
        var victims = plan.Victims.Select(victim => _cluster.Silos[victim]).ToArray();
        Array.ForEach(victims, victim => victim.Begin());
        if (plan.AgainAfter is { } after)
        {
            await Task.Delay(after, _time, cancellationToken);
            foreach (var victim in victims[..plan.AgainCount])
            {
                _report.Kills++;
                await victim.KillAsync();
                victim.Begin();
            }
        }

        await Task.WhenAll(victims.Select(victim => victim.ReadyAsync(cancellationToken))).WaitAsync(Patience, cancellationToken);
    }

    private void Account(long rows)
    {
        _report.Rounds++;
        _report.RowsChecked += rows;
        _report.Acknowledged = _writers.Acknowledged;
        _report.AcknowledgedRows = _writers.AcknowledgedRows;
        _report.Unknown = _writers.Unknown;
        _report.Retried = _writers.Retried;
    }
}
