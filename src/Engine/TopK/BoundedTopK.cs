namespace IqdbFlat.Engine.TopK;

/// <summary>The k nearest of all candidates offered, whatever the order they come in. Not thread-safe.</summary>
/// <remarks>
/// <para>Until k are held they are only collected; from then on an offer that is no better than the worst of them costs one comparison.</para>
/// <para>A small k is a heap with the worst on top, which is always the true k-th. A larger one would sift every candidate that enters through
/// many levels; there candidates are appended to a quarter of k more than k, and when that is full the k nearest of all are selected, in time that
/// grows with their number and not with its logarithm. The worst is then the k-th of the last selection: it turns away no hit, and lets in a few
/// more that the next selection drops.</para>
/// <para>Storage doubles as candidates come, so a huge k costs what is held.</para>
/// </remarks>
internal sealed class BoundedTopK
{
    /// <summary>The largest k that is a heap.</summary>
    public const int MostInHeap = 64;

    private const int FirstAllocation = 16;
    private const int ShareBeyond = 4;

    private readonly int _capacity;
    private readonly int _room;
    private Candidate[] _held = [];
    private int _count;
    private readonly Candidate _first;
    private readonly bool _begins;
    private Candidate _worst;

    /// <summary>Room for the <paramref name="capacity"/> nearest, 0 or more, of all ranks.</summary>
    public BoundedTopK(int capacity)
        : this(capacity, RankWindow.All)
    {
    }

    /// <summary>Room for the <paramref name="capacity"/> nearest, 0 or more, of the ranks in a window.</summary>
    public BoundedTopK(int capacity, RankWindow window)
    {
        _first = window.First;
        _begins = window.First != default;
        _worst = new(window.LastKey, 0, ulong.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _capacity = capacity;
        _room = (int)Math.Min(RoomFor(capacity), Array.MaxLength);
        if (capacity == 0)
            _worst = default;
    }

    /// <summary>Candidates held that count: at most the capacity.</summary>
    public int Count => Math.Min(_count, _capacity);

    /// <summary>
    /// No candidate with a larger key can enter; one with this very key can where its sequence is lower.
    /// The last key of the window, <see cref="uint.MaxValue"/> as a rule, while there is room.
    /// </summary>
    public uint WorstKey => _worst.Key;

    /// <summary>The most candidates that are held for a capacity.</summary>
    public static long RoomFor(int capacity) => capacity <= MostInHeap ? capacity : capacity + (long)(capacity / ShareBeyond);

    /// <summary>Keeps the candidate if it is among the nearest so far.</summary>
    public void Offer(uint key, ulong sequence, int row)
    {
        Candidate candidate = new(key, row, sequence);
        if (!candidate.Before(_worst) || (_begins && !_first.Before(candidate)))
            return;
        if (_count == _capacity && _capacity <= MostInHeap)
        {
            SinkFrom(0, candidate);
            _worst = _held[0];
            return;
        }

        Append(candidate);
        if (_count == _capacity)
            Fill();
        else if (_count == _room)
            Select();
    }

    /// <summary>Offers everything that <paramref name="other"/> holds, which stays as it is.</summary>
    public void Merge(BoundedTopK other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (ref readonly Candidate candidate in other._held.AsSpan(0, other._count))
            Offer(candidate.Key, candidate.Sequence, candidate.Row);
    }

    /// <summary>What is held, nearest first.</summary>
    public Candidate[] ToSortedArray()
    {
        if (_count > _capacity)
            Select();
        Candidate[] sorted = _held.AsSpan(0, _count).ToArray();
        sorted.AsSpan().Sort();
        return sorted;
    }

    private void Append(Candidate candidate)
    {
        if (_count == _held.Length)
        {
            long doubled = Math.Max(FirstAllocation, 2L * _held.Length);
            Array.Resize(ref _held, (int)Math.Min(doubled, _room));
        }

        _held[_count++] = candidate;
    }

    /// <summary>As many are held as count: from now on the worst of them is known.</summary>
    private void Fill()
    {
        Span<Candidate> held = _held.AsSpan(0, _count);
        if (_capacity > MostInHeap)
        {
            NearestSelection.Worst(held, out _worst);
            return;
        }

        for (int parent = (_count / 2) - 1; parent >= 0; parent--)
            SinkFrom(parent, held[parent]);
        _worst = held[0];
    }

    private void Select()
    {
        NearestSelection.Select(_held.AsSpan(0, _count), _capacity);
        _count = _capacity;
        _worst = _held[_capacity - 1];
    }

    /// <summary>Puts the candidate at <paramref name="place"/> or below, so that no parent ranks before a child.</summary>
    private void SinkFrom(int place, Candidate candidate)
    {
        Span<Candidate> heap = _held.AsSpan(0, _count);
        while (place < heap.Length / 2)
        {
            int child = (2 * place) + 1;
            if (child + 1 < heap.Length && heap[child].Before(heap[child + 1]))
            {
                child++;
            }

            if (!candidate.Before(heap[child]))
            {
                break;
            }

            heap[place] = heap[child];
            place = child;
        }

        heap[place] = candidate;
    }
}
