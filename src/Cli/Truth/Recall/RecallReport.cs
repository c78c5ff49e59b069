namespace IqdbFlat.Cli.Truth.Recall;

/// <summary>Recall at some depths, over all queries.</summary>
internal sealed class RecallReport
{
    private static readonly int[] Steps = [1, 2, 5];

    /// <summary>Measures all answers.</summary>
    public RecallReport(IReadOnlyList<AnswerRecall> answers, int k)
    {
        Queries = answers.Count;
        Depths = [.. DepthsOf(k).Select(depth => new RecallDepth(depth, [.. answers.Select(answer => answer.At(depth))]))];
    }

    /// <summary>The number of queries.</summary>
    public int Queries { get; }

    /// <summary>1, 2, 5, 10, 20, 50 and so on, and k last.</summary>
    public IReadOnlyList<RecallDepth> Depths { get; }

    private static IEnumerable<int> DepthsOf(int k)
    {
        for (long decade = 1; decade < k; decade *= 10)
        {
            foreach (int step in Steps)
            {
                if (step * decade < k)
                    yield return (int)(step * decade);
            }
        }

        yield return k;
    }
}
