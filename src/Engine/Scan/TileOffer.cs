using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>Offers rows that a tile has measured to the nearest rows of one of its searches.</summary>
/// <param name="view">The segment.</param>
/// <param name="firstRow">The number of its first row.</param>
/// <param name="nearest">What the search has found.</param>
/// <param name="squares">Whether squares of distances were measured, so that only what comes near needs a root.</param>
internal readonly unsafe ref struct TileOffer(SegmentView view, int firstRow, BoundedTopK nearest, bool squares)
{
    /// <summary>Rows compared at once.</summary>
    private const int AtOnce = 16;

    /// <summary>Rows that lie one after the other, of which some may be dead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Block(int offset, int count, float* measured)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // As a rule none of them comes near.
            uint worst = nearest.WorstKey;
            uint limit = LimitOf(worst);
            for (; i <= count - AtOnce; i += AtOnce)
            {
                var limits = Vector256.Create(limit);
                var near = Vector256.LessThanOrEqual(KeysOf(Vector256.Load((uint*)(measured + i))), limits)
                    | Vector256.LessThanOrEqual(KeysOf(Vector256.Load((uint*)(measured + i + (AtOnce / 2)))), limits);
                if (near == Vector256<uint>.Zero)
                    continue;
                for (int j = i; j < i + AtOnce; j++)
                    One(offset + j, measured[j]);
                if (nearest.WorstKey != worst)
                    limit = LimitOf(worst = nearest.WorstKey);
            }
        }

        for (; i < count; i++)
            One(offset + i, measured[i]);
    }

    /// <summary>Rows by their places.</summary>
    public void Gathered(ReadOnlySpan<int> offsets, float* measured)
    {
        for (int i = 0; i < offsets.Length; i++)
            One(offsets[i], measured[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void One(int offset, float measured)
    {
        uint key = DistanceOrder.KeyOf(squares ? SquareOrder.DistanceOf(measured) : measured);
        if (key <= nearest.WorstKey && view.IsLive(offset))
            nearest.Offer(key, view.Segment.SequenceAt(offset), firstRow + offset);
    }

    private uint LimitOf(uint worst) => squares ? SquareOrder.LimitOf(worst) : worst;

    /// <summary><see cref="DistanceOrder.KeyOf"/> of eight distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> KeysOf(Vector256<uint> bits) =>
        bits ^ (Vector256.ShiftRightArithmetic(bits.AsInt32(), 31).AsUInt32() | Vector256.Create(0x8000_0000));
}
