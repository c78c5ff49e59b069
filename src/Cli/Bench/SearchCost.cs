namespace IqdbFlat.Cli.Bench;

/// <summary>What a call of searches cost.</summary>
/// <param name="BytesRead">Bytes of rows and codes that were read.</param>
/// <param name="RowsPruned">Rows that a proven bound left out without their distance.</param>
internal readonly record struct SearchCost(long BytesRead, long RowsPruned)
{
    /// <summary>The time of the shard that took longest, from the arrival of its request to its answer; zero for the engine.</summary>
    public TimeSpan SlowestShard { get; init; }

    /// <summary>One after the other.</summary>
    public static SearchCost operator +(SearchCost left, SearchCost right) =>
        new(left.BytesRead + right.BytesRead, left.RowsPruned + right.RowsPruned) { SlowestShard = left.SlowestShard + right.SlowestShard };
}
