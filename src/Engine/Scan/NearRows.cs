using System.Numerics;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// Rows by their places that came near, before they are offered: their sequences, which break ties, have left the caches and are asked for when one
/// comes near and read when the rows of the next segment are measured.
/// </summary>
internal sealed class NearRows(FieldPostings postings, int segmentShift, BoundedTopK nearest)
{
    // As a rule there is one in a segment. Where there are many the next is no better off.
    private const int Most = 16;

    private readonly (uint Key, int Row)[] _rows = new (uint, int)[Most];
    private int _count;

    /// <summary>Takes those that come near.</summary>
    /// <param name="firstRow">The number of the segment's first row.</param>
    /// <param name="places">Offsets of live rows in it.</param>
    /// <param name="measured">Their distances.</param>
    /// <param name="count">How many.</param>
    public unsafe void Take(int firstRow, int* places, float* measured, int count)
    {
        OfferAll();
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count)
            {
                var keys = DistanceOrder.KeysOf(Vector256.Load((uint*)(measured + i)));
                for (uint near = Vector256.LessThanOrEqual(keys, Vector256.Create(nearest.WorstKey)).ExtractMostSignificantBits(); near != 0; near &= near - 1)
                {
                    int at = i + BitOperations.TrailingZeroCount(near);
                    Take(DistanceOrder.KeyOf(measured[at]), firstRow + places[at]);
                }
            }
        }

        for (; i < count; i++)
        {
            uint key = DistanceOrder.KeyOf(measured[i]);
            if (key <= nearest.WorstKey)
                Take(key, firstRow + places[i]);
        }
    }

    /// <summary>Offers what waits.</summary>
    public void OfferAll()
    {
        for (int i = 0; i < _count; i++)
        {
            var (key, row) = _rows[i];
            nearest.Offer(key, postings.Of(row >> segmentShift).SequenceAt(row & ((1 << segmentShift) - 1)), row);
        }

        _count = 0;
    }

    private void Take(uint key, int row)
    {
        if (_count == Most)
            OfferAll();
        _rows[_count++] = (key, row);
        postings.Of(row >> segmentShift).FetchSequence(row & ((1 << segmentShift) - 1));
    }
}
