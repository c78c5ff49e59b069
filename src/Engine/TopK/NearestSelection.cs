using System.Numerics;

namespace IqdbFlat.Engine.TopK;

/// <summary>The nearest of many candidates, without sorting them: Hoare's selection.</summary>
internal static class NearestSelection
{
    private const int WorthSorting = 16;

    /// <summary>
    /// Reorders the candidates so that the first <paramref name="nearest"/> of them, at least one, are the nearest, the worst of those last. Time
    /// grows with their number; orders that selection is slow on, which somebody may choose, are sorted instead.
    /// </summary>
    public static void Select(Span<Candidate> candidates, int nearest)
    {
        int target = nearest - 1;
        int low = 0;
        int high = candidates.Length - 1;
        for (int left = 2 * BitOperations.Log2((uint)candidates.Length); low < high; left--)
        {
            if (high - low < WorthSorting || left == 0)
            {
                candidates[low..(high + 1)].Sort();
                return;
            }

            Partition(candidates, low, high, out int below, out int above);
            if (target <= below)
                high = below;
            else if (target >= above)
                low = above;
            else
                return;
        }
    }

    /// <summary>The worst of candidates, of which there is at least one.</summary>
    public static void Worst(ReadOnlySpan<Candidate> candidates, out Candidate worst)
    {
        worst = candidates[0];
        foreach (ref readonly Candidate candidate in candidates)
        {
            if (worst.Before(candidate))
                worst = candidate;
        }
    }

    /// <summary>Parts a range: up to <paramref name="below"/> lie those before a pivot, from <paramref name="above"/> on those after it, and it between.</summary>
    private static void Partition(Span<Candidate> candidates, int low, int high, out int below, out int above)
    {
        Candidate pivot = Median(candidates[low], candidates[low + ((high - low) / 2)], candidates[high]);
        int i = low;
        int j = high;
        while (i <= j)
        {
            while (candidates[i].Before(pivot))
                i++;
            while (pivot.Before(candidates[j]))
                j--;
            if (i <= j)
            {
                (candidates[i], candidates[j]) = (candidates[j], candidates[i]);
                i++;
                j--;
            }
        }

        below = j;
        above = i;
    }

    private static Candidate Median(in Candidate a, in Candidate b, in Candidate c)
    {
        if (a.Before(b))
            return b.Before(c) ? b : a.Before(c) ? c : a;
        return a.Before(c) ? a : b.Before(c) ? c : b;
    }
}
