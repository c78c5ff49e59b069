namespace IqdbFlat.Engine.Scan;

/// <summary>A search in the scheduler. Taking and ending chunks happens under the scheduler's lock; running them does not.</summary>
internal sealed class ScanJob(SnapshotSearch search, int threads, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<SearchResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScanWorker?[] _workers = new ScanWorker?[threads];
    private readonly int _chunks = search.ChunkCount;
    private Exception? _error;
    private SearchResult? _result;
    private int _next;
    private int _running;
    private bool _queued = true;

    /// <summary>The answer to come.</summary>
    public Task<SearchResult> Answer => _answer.Task;

    /// <summary>Whether there is nothing to run.</summary>
    public bool IsEmpty => _chunks == 0;

    /// <summary>About the most bytes that the threads come to hold for this search, from its first chunk to its answer.</summary>
    public long Bytes { get; } = search.WorkerBytes * Math.Min(threads, search.ChunkCount);

    /// <summary>Takes the next chunk; gives whether the job goes back to the queue. Under the lock; only for a job just taken out of it.</summary>
    public bool TakeChunk(out int chunk)
    {
        chunk = _next++;
        _running++;
        _queued = _next < _chunks && Volatile.Read(ref _error) is null;
        return _queued;
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
