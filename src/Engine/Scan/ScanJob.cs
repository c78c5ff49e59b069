namespace IqdbFlat.Engine.Scan;

/// <summary>A search in the scheduler. Taking and ending chunks happens under the scheduler's lock; running them does not.</summary>
internal sealed class ScanJob(SnapshotSearch search, int threads, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<SearchResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScanWorker?[] _workers = new ScanWorker?[threads];
    private Exception? _error;
    private SearchResult? _result;
    private int _left = search.ChunkCount;
    private int _running;
    private bool _queued = true;

    /// <summary>The answer to come.</summary>
    public Task<SearchResult> Answer => _answer.Task;

    /// <summary>The search.</summary>
    public SnapshotSearch Search => search;

    /// <summary>What must be the same for searches that ride one pass.</summary>
    public PassKey Key => search.KeyOf(cancellationToken);

    /// <summary>Stops the evaluation of a filter; riders that share a filter share this too.</summary>
    public CancellationToken StopsFilter => cancellationToken;

    /// <summary>Whether there is nothing to run.</summary>
    public bool IsEmpty => search.ChunkCount == 0;

    /// <summary>About the most bytes that the threads come to hold for this search, from its first chunk to its answer.</summary>
    public long Bytes { get; } = search.WorkerBytes * Math.Min(threads, search.ChunkCount);

    /// <summary>Takes a chunk; gives whether the job wants more of them. Under the lock; only for a job that rides a pass.</summary>
    public bool TakeChunk()
    {
        _left--;
        _running++;
        _queued = _left > 0 && Volatile.Read(ref _error) is null;
        return _queued;
    }

    /// <summary>The worker of a thread, to run a chunk with others; null where the search has failed or its caller has given it up.</summary>
    public ScanWorker? TryBegin(int thread)
    {
        if (Volatile.Read(ref _error) is not null)
            return null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _workers[thread] ??= search.CreateWorker();
        }
        catch (Exception error)
        {
            Fail(error);
            return null;
        }
    }

    /// <summary>Runs a chunk on a thread. What goes wrong fails this search and no other.</summary>
    public void Run(int chunk, int thread)
    {
        if (Volatile.Read(ref _error) is not null)
            return;
        try
        {
            search.RunChunk(chunk, _workers[thread] ??= search.CreateWorker(), cancellationToken);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>Ends a chunk; gives whether it was the last: no other runs, and the job is not in the queue. Under the lock.</summary>
    public bool EndChunk()
    {
        _running--;
        return _running == 0 && !_queued;
    }

    /// <summary>Keeps the first error; no further chunk is run.</summary>
    public void Fail(Exception error) => Interlocked.CompareExchange(ref _error, error, null);

    /// <summary>Makes the answer out of what the threads gathered, once the last chunk has ended.</summary>
    public void Conclude()
    {
        if (_error is not null)
            return;
        try
        {
            _result = search.Finish(_workers);
        }
        catch (Exception error)
        {
            _error = error;
        }
    }

    /// <summary>Hands over the answer, or the error.</summary>
    public void Complete()
    {
        if (_result is not null)
            _answer.SetResult(_result);
        else if (_error is OperationCanceledException && cancellationToken.IsCancellationRequested)
            _answer.SetCanceled(cancellationToken);
        else
            _answer.SetException(_error!);
    }
}
