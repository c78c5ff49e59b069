namespace IqdbFlat.Cli.Truth.Recall;

/// <summary>
/// Recall@k of one answer, with ties: of its first k rows, those whose true distance is at most that of the true k-th, divided by k. Which of several rows
/// that are equally far stands in an answer does not matter. A row that is reported twice counts once.
/// </summary>
/// <remarks>
/// The true distance of a reported row is the one computed from the rows themselves where they are given; otherwise the one that the truth lists. A row that the
/// truth does not list is farther than all that it lists, or as far as the last: it is wrong, unless the last listed is as far as the k-th, where it may
/// be a tie that the truth had no room for. Distances that the index under test claims are never asked.
/// </remarks>
internal sealed class AnswerRecall
{
    private readonly Answer _truth;
    private readonly long[] _reported;
    private readonly float[] _sorted;
    private readonly Dictionary<long, float> _known = [];
    private readonly bool _complete;

    /// <summary>An answer and its truth.</summary>
    /// <param name="truth">The nearest rows; with distances, unless there are none to be had.</param>
    /// <param name="reported">The rows that were reported, nearest first; negative ones stand for no row.</param>
    /// <param name="computed">The true distances of rows of either, computed from the rows; null where they are not given.</param>
    public AnswerRecall(Answer truth, long[] reported, IReadOnlyDictionary<long, float>? computed)
    {
        _truth = truth;
        _reported = reported;
        _complete = computed is not null;
        for (int i = 0; i < truth.Ids.Length; i++)
            _known[truth.Ids[i]] = computed?[truth.Ids[i]] ?? truth.Distances?[i] ?? i;
        foreach (long row in reported.Where(row => row >= 0 && computed is not null))
            _known[row] = computed![row];
        _sorted = [.. truth.Ids.Select(row => _known[row])];
        Array.Sort(_sorted, TotalOrder);
    }

    /// <summary>Recall of the first <paramref name="k"/> rows, 1 to as many as the truth has.</summary>
    public RecallRange At(int k)
    {
        float kth = _sorted[k - 1];

        // Without distances the truth is a list of ids: the k first of it, and no ties.
        bool mayTie = !_complete && _truth.Distances is not null && TotalOrder(_sorted[^1], kth) == 0;
        int right = 0;
        int unknown = 0;
        var seen = new HashSet<long>();
        foreach (long row in _reported.Take(k).Where(row => row >= 0 && seen.Add(row)))
        {
            if (_known.TryGetValue(row, out float distance))
                right += TotalOrder(distance, kth) <= 0 ? 1 : 0;
            else
                unknown += mayTie ? 1 : 0;
        }

        return new((double)right / k, (double)(right + unknown) / k);
    }

    private static int TotalOrder(float left, float right) =>
        Engine.TopK.DistanceOrder.KeyOf(left).CompareTo(Engine.TopK.DistanceOrder.KeyOf(right));
}
