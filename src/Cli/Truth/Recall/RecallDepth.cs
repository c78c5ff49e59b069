namespace IqdbFlat.Cli.Truth.Recall;

/// <summary>Recall@k at one k, over all queries.</summary>
internal sealed class RecallDepth
{
    private readonly double[] _sorted;

    /// <summary>Gathers the recall of each query.</summary>
    public RecallDepth(int k, RecallRange[] queries)
    {
        K = k;
        Mean = queries.Average(query => query.Least);
        MostMean = queries.Average(query => query.Most);
        Perfect = queries.Count(query => query.Least == 1);
        Uncertain = queries.Count(query => query.Least != query.Most);
        _sorted = [.. queries.Select(query => query.Least).Order()];
    }

    /// <summary>Rows of each answer that were looked at.</summary>
    public int K { get; }

    /// <summary>The mean over all queries, with rows of unknown distance taken for wrong.</summary>
    public double Mean { get; }

    /// <summary>The mean with rows of unknown distance taken for right.</summary>
    public double MostMean { get; }

    /// <summary>Queries whose answer is wholly right.</summary>
    public int Perfect { get; }

    /// <summary>Queries with a row of unknown distance that may be a tie.</summary>
    public int Uncertain { get; }

    /// <summary>The recall that a share of all queries does not reach, or reaches just; 0 for the least.</summary>
    public double Quantile(double share) => _sorted[Math.Min(_sorted.Length - 1, (int)(share * _sorted.Length))];
}
