using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Bench.TopK;

/// <summary>
/// A million candidates offered: in random order, as a scan meets them, and nearer and nearer, the worst order there is. The baseline is the heap that
/// one would write first.
/// </summary>
public class BoundedTopKBenchmarks
{
    private const int Count = 1_000_000;
    private readonly uint[] _keys = new uint[Count];

    [Params(10, 100, 1_000, 10_000)]
    public int K { get; set; }

    [Params(false, true)]
    public bool NearerAndNearer { get; set; }

    [GlobalSetup]
    public void MakeKeys()
    {
        Random random = new(42);
        for (int i = 0; i < Count; i++)
            _keys[i] = NearerAndNearer ? (uint)(Count - i) : (uint)random.NextInt64(uint.MaxValue);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public int Heap()
    {
        PriorityQueue<int, (uint Key, ulong Sequence)> heap = new(Comparer<(uint Key, ulong Sequence)>.Create(static (left, right) => right.CompareTo(left)));
        uint worst = uint.MaxValue;
        for (int i = 0; i < Count; i++)
        {
            uint key = _keys[i];
            if (heap.Count < K)
                heap.Enqueue(i, (key, (ulong)i));
            else if (key < worst)
                heap.DequeueEnqueue(i, (key, (ulong)i));
            if (heap.Count == K && heap.TryPeek(out _, out var top))
                worst = top.Key;
        }

        return heap.Count;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Nearest()
    {
        BoundedTopK nearest = new(K);
        for (int i = 0; i < Count; i++)
        {
            if (_keys[i] <= nearest.WorstKey)
                nearest.Offer(_keys[i], (ulong)i, i);
        }

        return nearest.ToSortedArray().Length;
    }
}
