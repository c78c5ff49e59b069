namespace IqdbFlat.Engine.Scan;

/// <summary>
/// The searches of a scheduler: which passes take turns, and which searches wait until others hold less. It knows no thread and no lock: its scheduler calls every member under
/// its own.
/// </summary>
/// <param name="capacity">Searches under way or waiting, at most.</param>
/// <param name="mostBytes">What those that hold much may hold together.</param>
internal sealed class ScanQueue(int capacity, long mostBytes)
{
    private readonly Queue<ScanPass> _turns = new();
    private readonly Dictionary<PassKey, ScanPass> _boarding = [];
    private readonly Queue<ScanJob> _waiting = new();
    private long _heldBytes;

    /// <summary>Searches under way or waiting, at most.</summary>
    public int Capacity => capacity;

    /// <summary>Searches under way or waiting.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Searches that hold nothing yet, because others hold much.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Whether no other search is taken.</summary>
    public bool IsFull => UnderWay >= capacity;

    /// <summary>Whether a chunk wants a thread.</summary>
    public bool HasTurns => _turns.Count > 0;

    /// <summary>Chunks that were taken.</summary>
    public long TurnsTaken { get; private set; }

    /// <summary>Takes a search, where the queue is not full. Gives how many begin.</summary>
    public int Add(ScanJob job)
    {
        UnderWay++;
        if (!IsLight(job))
        {
            _waiting.Enqueue(job);
            return BeginWaiting();
        }

        Begin(job);
        return 1;
    }

    /// <summary>Takes the next chunk of the pass whose turn it is.</summary>
    public ScanRiders TakeTurn(out int chunk)
    {
        var pass = _turns.Dequeue();
        var riders = pass.TakeChunk(out chunk);
        TurnsTaken++;
        if (!pass.IsEmpty)
            _turns.Enqueue(pass);
        else if (_boarding.TryGetValue(pass.Key, out var boarding) && boarding == pass)
            _boarding.Remove(pass.Key);
        return riders;
    }

    /// <summary>Lets a search go that holds nothing any more. Gives how many others begin.</summary>
    public int Remove(ScanJob job)
    {
        UnderWay--;
        if (IsLight(job))
            return 0;
        _heldBytes -= job.Bytes;
        return BeginWaiting();
    }

    /// <summary>Lets every search go of which no thread runs a chunk: the scheduler has stopped.</summary>
    public ScanJob[] RemoveAll()
    {
        ScanJob[] all = [.. _turns.SelectMany(pass => pass.Leave()), .. _waiting];
        _turns.Clear();
        _waiting.Clear();
        _boarding.Clear();
        UnderWay -= all.Length;
        return all;
    }

    private bool IsLight(ScanJob job) => job.Bytes <= mostBytes / capacity;

    /// <summary>Lets those that hold much begin, in order, while there is room for them.</summary>
    private int BeginWaiting()
    {
        int begun = 0;
        for (; _waiting.TryPeek(out var job) && (_heldBytes == 0 || _heldBytes + job.Bytes <= mostBytes); begun++)
        {
            _heldBytes += job.Bytes;
            Begin(_waiting.Dequeue());
        }

        return begun;
    }

    private void Begin(ScanJob job)
    {
        var key = job.Key;
        if (!_boarding.TryGetValue(key, out var pass) || pass.IsFull)
        {
            _boarding[key] = pass = new ScanPass(key, job.Search.ChunkCount, job.Search.MostInTile);
            _turns.Enqueue(pass);
        }

        pass.Board(job);
    }
}
