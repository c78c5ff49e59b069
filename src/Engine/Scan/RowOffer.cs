using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>Offers rows that were measured to the nearest rows of a search.</summary>
/// <typeparam name="TRows">What the rows are.</typeparam>
/// <param name="rows">The rows.</param>
/// <param name="nearest">What the search has found.</param>
/// <param name="squares">Whether squares of distances were measured, so that only what comes near needs a root.</param>
internal readonly unsafe ref struct RowOffer<TRows>(TRows rows, BoundedTopK nearest, bool squares)
    where TRows : struct, ITileRows
{
    /// <summary>Rows compared at once.</summary>
    private const int AtOnce = 16;
    private const uint AllBits = (1u << AtOnce) - 1;

    /// <summary>Rows gathered before they are offered.</summary>
    private const int MostNear = 64;

    /// <summary>Rows that lie one after the other, of which some may be dead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public void Block(int offset, int count, float* measured)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // As a rule none of them comes near. Those that do are gathered first, so that what is kept beside each of them is on its way meanwhile.
            int* near = stackalloc int[MostNear];
            int found = 0;
            uint worst = nearest.WorstKey;
            var limits = Vector256.Create(LimitOf(worst));
            for (; i <= count - AtOnce; i += AtOnce)
            {
                uint bits = NearBits(measured + i, limits);
                if (bits == 0)
                    continue;
                for (; bits != 0; bits &= bits - 1)
                {
                    int at = i + BitOperations.TrailingZeroCount(bits);
                    rows.Fetch(offset + at);
                    near[found++] = at;
                }

                if (found <= MostNear - AtOnce)
                    continue;
                Near(offset, near, found, measured);
                found = 0;
                if (nearest.WorstKey != worst)
                    limits = Vector256.Create(LimitOf(worst = nearest.WorstKey));
            }

            Near(offset, near, found, measured);
        }

        for (; i < count; i++)
            One(offset + i, measured[i]);
    }

    /// <summary>Rows by their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gathered(ReadOnlySpan<int> offsets, float* measured)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            uint worst = nearest.WorstKey;
            var limits = Vector256.Create(LimitOf(worst));
            for (; i <= offsets.Length - AtOnce; i += AtOnce)
            {
                uint bits = NearBits(measured + i, limits);
                if (bits == 0)
                    continue;
                for (; bits != 0; bits &= bits - 1)
                {
                    int at = i + BitOperations.TrailingZeroCount(bits);
                    One(offsets[at], measured[at]);
                }

                if (nearest.WorstKey != worst)
                    limits = Vector256.Create(LimitOf(worst = nearest.WorstKey));
            }
        }

        for (; i < offsets.Length; i++)
            One(offsets[i], measured[i]);
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void One(int offset, float measured)
    {
        uint key = DistanceOrder.KeyOf(squares ? SquareOrder.DistanceOf(measured) : measured);
        if (key <= nearest.WorstKey && rows.TryAt(offset, out ulong sequence, out int row))
            nearest.Offer(key, sequence, row);
    }

    private void Near(int offset, int* near, int found, float* measured)
    {
        for (int i = 0; i < found; i++)
            One(offset + near[i], measured[near[i]]);
    }

    /// <summary>A bit for each of sixteen that comes near, or may: a zero of another sign and a NaN do, whatever the limit is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NearBits(float* measured, Vector256<float> limits)
    {
        var low = Vector256.GreaterThan(Vector256.Load(measured), limits);
        var high = Vector256.GreaterThan(Vector256.Load(measured + (AtOnce / 2)), limits);
        return AllBits ^ (low.ExtractMostSignificantBits() | (high.ExtractMostSignificantBits() << (AtOnce / 2)));
    }

    private float LimitOf(uint worst) => DistanceOrder.FromKey(squares ? SquareOrder.LimitOf(worst) : worst);
}
