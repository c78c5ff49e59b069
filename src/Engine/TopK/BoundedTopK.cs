namespace IqdbFlat.Engine.TopK;

/// <summary>The k nearest of all candidates offered, whatever the order they come in. Not thread-safe.</summary>
/// <remarks>
/// Until k are held they are only collected; from then on they form a heap with the worst on top, and an offer that is no better
/// costs one comparison. Storage doubles up to k as candidates come, so a huge k costs what is held.
/// </remarks>
internal sealed class BoundedTopK
{
    private const int FirstAllocation = 16;

    private readonly int _capacity;
    private Candidate[] _held = [];

    /// <summary>Room for the <paramref name="capacity"/> nearest, 0 or more.</summary>
    public BoundedTopK(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _capacity = capacity;
        WorstKey = capacity == 0 ? 0 : uint.MaxValue;
    }

    /// <summary>Candidates held.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// No candidate with a larger key can enter; one with this very key can where its sequence is lower.
    /// <see cref="uint.MaxValue"/> while there is room.
    /// </summary>
    public uint WorstKey { get; private set; }

    /// <summary>Keeps the candidate if it is among the nearest so far.</summary>
    public void Offer(uint key, ulong sequence, int row)
    {
        if (key > WorstKey)
        {
            return;
        }

        Candidate candidate = new(key, row, sequence);
        if (Count < _capacity)
        {
            Collect(candidate);
        }
        else if (_capacity > 0 && candidate.Before(_held[0]))
        {
            SinkFrom(0, candidate);
            WorstKey = _held[0].Key;
        }
    }

    /// <summary>Offers everything that <paramref name="other"/> holds, which stays as it is.</summary>
    public void Merge(BoundedTopK other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ReadOnlySpan<Candidate> offered = other._held.AsSpan(0, other.Count);
        foreach (ref readonly Candidate candidate in offered)
        {
            Offer(candidate.Key, candidate.Sequence, candidate.Row);
        }
    }

    /// <summary>What is held, nearest first.</summary>
    public Candidate[] ToSortedArray()
    {
        Candidate[] sorted = _held.AsSpan(0, Count).ToArray();
        sorted.AsSpan().Sort();
        return sorted;
    }

    private void Collect(Candidate candidate)
    {
        if (Count == _held.Length)
        {
            long doubled = Math.Max(FirstAllocation, 2L * _held.Length);
            Array.Resize(ref _held, (int)Math.Min(Math.Min(doubled, Array.MaxLength), _capacity));
        }

        _held[Count++] = candidate;
        if (Count == _capacity)
        {
            for (int parent = (Count / 2) - 1; parent >= 0; parent--)
            {
                SinkFrom(parent, _held[parent]);
            }

            WorstKey = _held[0].Key;
        }
    }

    /// <summary>Puts the candidate at <paramref name="place"/> or below, so that no parent ranks before a child.</summary>
    private void SinkFrom(int place, Candidate candidate)
    {
        Span<Candidate> heap = _held.AsSpan(0, Count);
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
