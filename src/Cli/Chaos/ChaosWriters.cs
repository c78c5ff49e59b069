using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos;

/// <summary>Writers on one index that start and stop together, and the oracle of what they were told.</summary>
internal sealed class ChaosWriters
{
    /// <summary>The index.</summary>
    public const string IndexName = "chaos";

    /// <summary>Of a writer's calls. An answer that dies with a gateway comes no more, so a short one.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private const int Shards = 5;

    /// <summary>For whatever must happen by itself: a recovery, an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private readonly LedgerClock _clock = new();
    private readonly IndexOracle _oracle;
    private Task _writing = Task.CompletedTask;

    /// <summary>Makes writers; they do nothing yet.</summary>
    public ChaosWriters(int count, ulong seed, TimeProvider time, Findings findings)
    {
        var rows = new RowMaker(seed);
        _time = time;
        All = [.. Enumerable.Range(0, count).Select(number => new ChaosWriter(number, seed, _clock, rows, findings))];
        _oracle = new([.. All.Select(writer => writer.Ledger)], rows, findings);
    }

    /// <summary>The writers.</summary>
    public IReadOnlyList<ChaosWriter> All { get; }

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => All.Sum(writer => writer.Acknowledged);

    /// <summary>Rows of them.</summary>
    public long AcknowledgedRows => All.Sum(writer => writer.AcknowledgedRows);

    /// <summary>Writes whose outcome was not told.</summary>
    public long Unknown => All.Sum(writer => writer.Unknown);

    /// <summary>Writes that were sent again under their tokens, because their outcome was not told.</summary>
    public long Retried => All.Sum(writer => writer.Retried);

    /// <summary>Writes that were answered with an error and are certainly not in.</summary>
    public long Refused => All.Sum(writer => writer.Refused);

    /// <summary>Whether a write of any is on its way.</summary>
    public bool AnyUnanswered => All.Any(writer => writer.IsUnanswered);

    /// <summary>Makes the index that they write to.</summary>
    public static Task<IFlatIndex> CreateIndexAsync(IFlatIndexClient client, CancellationToken cancellationToken) =>
        client.CreateAsync(IndexName, new(RowMaker.Dimension, Metric.SquaredEuclidean, Shards), ifNotExists: true, cancellationToken);

    /// <summary>A handle for each of the writers.</summary>
    public Task<IFlatIndex[]> OpenAsync(IFlatIndexClient client, CancellationToken cancellationToken) =>
        Task.WhenAll(All.Select(_ => client.OpenAsync(IndexName, cancellationToken)));

    /// <summary>Lets them write, each through its own handle.</summary>
    public void Start(IReadOnlyList<IFlatIndex> handles, CancellationToken cancellationToken) =>
        _writing = Task.WhenAll(All.Zip(handles, (writer, handle) => writer.RunAsync(handle, cancellationToken)));

    /// <summary>Waits until every one of them has been answered well once more.</summary>
    public Task AnsweredAgainAsync(CancellationToken cancellationToken)
    {
        long[] then = [.. All.Select(writer => writer.Acknowledged)];
        return UntilAsync(() => All.Zip(then).All(pair => pair.First.Acknowledged > pair.Second), "every writer is answered again", cancellationToken);
    }

    /// <summary>Waits until something holds; a writer that ends by an error that it has no answer for ends the wait.</summary>
    /// <exception cref="TimeoutException">It does not hold for minutes.</exception>
    public async Task UntilAsync(Func<bool> holds, string what, CancellationToken cancellationToken)
    {
        using var interval = new PeriodicTimer(Look, _time);
        long started = _time.GetTimestamp();
        while (!holds())
        {
            if (_writing.IsCompleted)
                await _writing;
            if (_time.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"waited {Patience.TotalMinutes} minutes until {what}");
            await interval.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Lets them end the writes that are under way, and waits for that.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var writer in All)
            writer.Stop();
        await _writing.WaitAsync(Patience, _time, cancellationToken);
    }

    /// <summary>Holds the index against what they were told; they must have stopped. Answers how many rows there are.</summary>
    public Task<long> CheckAsync(IFlatIndex index, CancellationToken cancellationToken) => _oracle.CheckAsync(index, cancellationToken);

    /// <summary>
    /// Every process that could have carried a write from before now has been killed: what the next check does not find of those whose outcome is unknown will never be there.
    /// </summary>
    public void NothingIsUnderWay() => _oracle.NothingIsUnderWayFrom(_clock.Next());
}
