using System.Diagnostics.CodeAnalysis;
using IqdbFlat.Engine.Plans;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// Runs searches on a few threads of its own, so that scans never hold the thread pool. Chunks of the searches under way take turns,
/// round robin: a small search does not wait for a large one to end. A search that finds the queue full is refused.
/// </summary>
/// <remarks>
/// Searches of one snapshot ride one pass over its rows, each row measured for all of them: up to 64 a pass, in a further pass beyond that. A search
/// gets on at the chunk that comes next and rides round, so it waits for no other, and a lone one for nothing. One with a filter shares its pass
/// only with those of the same batch.
///
/// From its first chunk on a search holds up to k hits, and a quarter more, for each thread that scans for it: up to 1.3 MiB a thread. A search that holds so little that
/// as many of its kind as the queue takes hold 128 MiB takes its turns at once, whatever else goes on: 128 KiB with the usual queue, k of 3,276 on
/// two threads and of 409 on sixteen. Those that hold more begin in the order they came, while they hold 128 MiB together or one of them is alone;
/// the others wait and hold nothing. So all hold 256 MiB at most, or 128 MiB and the largest search there is. The buffers of a filter are counted
/// as those of one eight levels deep; deeper ones, and the sets of its in conditions, come on top for each thread, by the size of the filter.
/// </remarks>
public sealed class ScanScheduler : IDisposable
{
    internal const int MaxThreads = 1_024;
    private const long MostBytes = 128 << 20;

    // Holds the queue and whether to stop together; threads wait on it for a turn.
    private readonly object _gate = new();
    private readonly ScanQueue _queue;
    private readonly Thread[] _threads;
    private bool _stopping;

    /// <summary>Starts the threads; where one cannot be started, those before it are stopped again and the error goes on.</summary>
    /// <param name="threads">Threads, 1 to 1,024.</param>
    /// <param name="capacity">Searches under way or waiting, at most; 1 or more.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a number out of these bounds.</exception>
    public ScanScheduler(int threads, int capacity = 1_024)
        : this(threads, capacity, static thread => thread.Start(), MostBytes)
    {
    }

    internal ScanScheduler(int threads, int capacity, Action<Thread> start, long mostBytes = MostBytes)
    {
        if (threads is < 1 or > MaxThreads)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"a scan scheduler has 1 to {MaxThreads} threads, found {threads}"));
        if (capacity < 1)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"a scan scheduler takes at least 1 search, found {capacity}"));
        _queue = new(capacity, mostBytes);
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int worker = i;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"IqdbFlat scan {i}" };
        }

        int started = 0;
        try
        {
            for (; started < threads; started++)
                start(_threads[started]);
        }
        catch
        {
            Stop(_threads.AsSpan(0, started));
            throw;
        }
    }

    /// <summary>Threads that scan.</summary>
    public int Threads => _threads.Length;

    /// <summary>
    /// Bytes a second that one thread reads on this machine while every processor reads: what explain lines are held against. Measured once in a
    /// process, with what else searches want to know of the machine, when it is first asked for; that takes up to a quarter of a second in a process that has just started.
    /// </summary>
    [SuppressMessage("Performance", "CA1822", Justification = "What the threads of a scheduler can do is asked of the scheduler.")]
    public double ThreadBandwidth => ScanCosts.OfThisMachine.ThreadBandwidth;

    /// <summary>Searches under way or waiting, at most.</summary>
    public int Capacity => _queue.Capacity;

    /// <summary>Chunks that threads have run or are running, each for all the searches of its pass.</summary>
    internal long Turns
    {
        get
        {
            lock (_gate)
                return _queue.TurnsTaken;
        }
    }

    /// <summary>Searches under way or waiting.</summary>
    public int UnderWay
    {
        get
        {
            lock (_gate)
                return _queue.UnderWay;
        }
    }

    /// <summary>Searches that hold nothing yet, because others hold much.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate)
                return _queue.Waiting;
        }
    }

    internal bool IsStopping
    {
        get
        {
            lock (_gate)
                return _stopping;
        }
    }

    /// <summary>Queues a search.</summary>
    /// <returns>
    /// The answer. The task fails with <see cref="FlatErrorKind.Overloaded"/> when the queue is full, <see cref="FlatErrorKind.Unavailable"/> when
    /// the scheduler stops, and whatever the search itself fails with; it is cancelled at the first chunk that sees the token cancelled.
    /// </returns>
    public Task<SearchResult> SubmitAsync(SnapshotSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<SearchResult>(cancellationToken);
        lock (_gate)
            return Submit(search, cancellationToken);
    }

    /// <summary>Queues searches at once, so that those of one snapshot begin together.</summary>
    /// <returns>The answers, in order; each may fail as that of a single search may.</returns>
    public Task<SearchResult>[] SubmitAsync(IReadOnlyList<SnapshotSearch> searches, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(searches);
        var answers = new Task<SearchResult>[searches.Count];
        lock (_gate)
        {
            for (int i = 0; i < answers.Length; i++)
                answers[i] = Submit(searches[i], cancellationToken);
        }

        return answers;
    }

    /// <summary>Stops the threads; waits for the chunks they are in. Searches that are not done fail with <see cref="FlatErrorKind.Unavailable"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
        }

        Stop(_threads);
        ScanJob[] left;
        lock (_gate)
            left = _queue.RemoveAll();
        foreach (var job in left)
        {
            job.Fail(Stopped());
            job.Complete();
        }
    }

    /// <summary>Queues a search. Under the lock.</summary>
    private Task<SearchResult> Submit(SnapshotSearch search, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<SearchResult>(cancellationToken);
        var job = new ScanJob(search, _threads.Length, cancellationToken);
        if (job.IsEmpty)
            return Task.FromResult(search.Finish([]));
        if (_stopping)
            return Task.FromException<SearchResult>(Stopped());
        if (_queue.IsFull)
            return Task.FromException<SearchResult>(FlatIndexException.Overloaded($"at most {Capacity} searches under way, found {_queue.UnderWay + 1}"));
        Wake(_queue.Add(job));
        return job.Answer;
    }

    private void Stop(ReadOnlySpan<Thread> started)
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in started)
            thread.Join();
    }

    private static FlatIndexException Stopped() => FlatIndexException.Unavailable("the scan scheduler has stopped");

    private void Work(int worker)
    {
        var tile = new TileScan(TimeProvider.System);
        var workers = new ScanWorker?[QueryTile.MostQueries];
        var ended = new List<ScanJob>();
        while (TryTakeTurn(tile, out var riders, out int chunk))
        {
            riders.Run(chunk, worker, tile, workers);
            Array.Clear(workers);
            lock (_gate)
            {
                foreach (var job in riders.Jobs)
                {
                    if (job.EndChunk())
                        ended.Add(job);
                }
            }

            // Short answers first: none of them waits until a long one is made.
            ended.Sort(static (left, right) => left.Bytes.CompareTo(right.Bytes));
            foreach (var job in ended)
                End(job);
            ended.Clear();
        }
    }

    private void End(ScanJob job)
    {
        // The search counts as under way until its answer is made, and no longer when its caller learns of it.
        job.Conclude();
        lock (_gate)
            Wake(_queue.Remove(job));
        job.Complete();
    }

    /// <summary>Wakes a thread for each search that begins, enough for one of a single chunk; each taker wakes the next while there is more. Under the lock.</summary>
    private void Wake(int begun)
    {
        for (; begun > 0; begun--)
            Monitor.Pulse(_gate);
    }

    private bool TryTakeTurn(TileScan tile, out ScanRiders riders, out int chunk)
    {
        riders = null!;
        lock (_gate)
        {
            while (!_queue.HasTurns && !_stopping)
            {
                tile.Release();
                Monitor.Wait(_gate);
            }

            if (_stopping)
            {
                chunk = 0;
                return false;
            }

            riders = _queue.TakeTurn(out chunk);
            if (_queue.HasTurns)
                Monitor.Pulse(_gate);
            return true;
        }
    }
}
