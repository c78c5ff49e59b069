using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>Measures rows of one segment in blocks and offers those that may be among the nearest.</summary>
internal readonly unsafe ref struct SegmentScan(SegmentView view, int firstRow, PreparedQuery query, ScanWorker worker)
{
    /// <summary>Rows a block: its distances stay in the first-level cache.</summary>
    private const int BlockRows = 512;
    private const int BlockWords = BlockRows / 64;

    /// <summary>Where at least this many rows of a block are wanted, the whole block is read: one stream is faster than many short runs.</summary>
    private const int WorthReadingWhole = BlockRows * 3 / 4;

    /// <summary>Every row from <paramref name="first"/> to before <paramref name="end"/>; none of them is dead.</summary>
    public void All(int first, int end)
    {
        worker.Plans |= SearchPlans.Scan;
        float* distances = stackalloc float[BlockRows];
        for (int start = first; start < end; start += BlockRows)
        {
            int count = Math.Min(BlockRows, end - start);
            Measure(start, count, distances);
            worker.Scanned += count;
            Offer(start, count, distances);
        }
    }

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/>. A chunk begins where a word begins, or lies in one word.</summary>
    public void WithoutDead(int first, int end)
    {
        Span<ulong> live = stackalloc ulong[BlockWords];
        for (int start = first; start < end; start += BlockRows)
        {
            int count = Math.Min(BlockRows, end - start);
            int shift = start & 63;
            for (int word = 0; word < BlockWords; word++)
                live[word] = ~(Tombstones.Word(view.Dead, (start >> 6) + word) >> shift);
            var block = live[..RowMask.WordsFor(count)];
            RowMask.Clip(block, count);
            Block(start, count, block);
        }
    }

    /// <summary>The rows of the whole segment that a mask names.</summary>
    public void Masked(ReadOnlySpan<ulong> mask)
    {
        for (int start = 0; start < view.Count; start += BlockRows)
        {
            int count = Math.Min(BlockRows, view.Count - start);
            Block(start, count, mask.Slice(start >> 6, RowMask.WordsFor(count)));
        }
    }

    private void Block(int start, int count, ReadOnlySpan<ulong> mask)
    {
        int wanted = RowMask.Count(mask);
        if (wanted == 0)
            return;
        worker.Scanned += wanted;
        float* distances = stackalloc float[BlockRows];
        if (wanted == count || wanted >= WorthReadingWhole)
        {
            worker.Plans |= SearchPlans.Scan;
            Measure(start, count, distances);
            if (wanted == count)
                Offer(start, count, distances);
            else
                OfferMasked(start, distances, mask);
            return;
        }

        // Runs of wanted rows; each is one stretch of memory.
        worker.Plans |= SearchPlans.Runs;
        for (int at = NextSet(mask, 0); at >= 0;)
        {
            int end = NextClear(mask, at, count);
            Measure(start + at, end - at, distances);
            Offer(start + at, end - at, distances);
            at = end < count ? NextSet(mask, end) : -1;
        }
    }

    private void Measure(int offset, int count, float* distances)
    {
        var memory = view.Segment.Memory;
        DistanceScan.Compute(query, memory.Rows + ((long)offset * query.Stride), count, distances);
        GC.KeepAlive(memory);
        worker.BytesRead += (long)count * query.Stride * sizeof(float);
    }

    private void Offer(int offset, int count, float* distances)
    {
        var nearest = worker.Nearest;
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Eight at a time: as a rule none of them comes near.
            for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count)
            {
                var keys = KeysOf(Vector256.Load((uint*)(distances + i)));
                if (Vector256.LessThanOrEqualAny(keys, Vector256.Create(nearest.WorstKey)))
                {
                    for (int j = i; j < i + Vector256<uint>.Count; j++)
                        OfferOne(offset + j, distances[j]);
                }
            }
        }

        for (; i < count; i++)
            OfferOne(offset + i, distances[i]);
    }

    private void OfferMasked(int start, float* distances, ReadOnlySpan<ulong> mask)
    {
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                int at = (word << 6) + BitOperations.TrailingZeroCount(bits);
                OfferOne(start + at, distances[at]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OfferOne(int offset, float distance)
    {
        uint key = DistanceOrder.KeyOf(distance);
        if (key <= worker.Nearest.WorstKey)
            worker.Nearest.Offer(key, view.Segment.SequenceAt(offset), firstRow + offset);
    }

    /// <summary><see cref="DistanceOrder.KeyOf"/> of eight distances.</summary>
    private static Vector256<uint> KeysOf(Vector256<uint> bits) =>
        bits ^ (Vector256.ShiftRightArithmetic(bits.AsInt32(), 31).AsUInt32() | Vector256.Create(0x8000_0000));

    private static int NextSet(ReadOnlySpan<ulong> mask, int from)
    {
        int word = from >> 6;
        ulong bits = mask[word] & (ulong.MaxValue << from);
        while (bits == 0)
        {
            if (++word == mask.Length)
                return -1;
            bits = mask[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    private static int NextClear(ReadOnlySpan<ulong> mask, int from, int count)
    {
        int word = from >> 6;
        ulong bits = ~mask[word] & (ulong.MaxValue << from);
        while (bits == 0)
        {
            if (++word == mask.Length)
                return count;
            bits = ~mask[word];
        }

        return Math.Min(count, (word << 6) + BitOperations.TrailingZeroCount(bits));
    }
}
