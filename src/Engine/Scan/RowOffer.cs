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
                if (!AnyNear(measured + i, limit))
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gathered(ReadOnlySpan<int> offsets, float* measured)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= offsets.Length - AtOnce; i += AtOnce)
            {
                if (!AnyNear(measured + i, LimitOf(nearest.WorstKey)))
                    continue;
                for (int j = i; j < i + AtOnce; j++)
                    One(offsets[j], measured[j]);
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

    /// <summary>Whether any of sixteen comes near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyNear(float* measured, uint limit)
    {
        var limits = Vector256.Create(limit);
        var near = Vector256.LessThanOrEqual(DistanceOrder.KeysOf(Vector256.Load((uint*)measured)), limits)
            | Vector256.LessThanOrEqual(DistanceOrder.KeysOf(Vector256.Load((uint*)(measured + (AtOnce / 2)))), limits);
        return near != Vector256<uint>.Zero;
    }

    private uint LimitOf(uint worst) => squares ? SquareOrder.LimitOf(worst) : worst;
}
