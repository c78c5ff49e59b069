namespace IqdbFlat.Cli.Bench;

/// <summary>What a call of searches cost.</summary>
/// <param name="BytesRead">Bytes of rows and codes that were read.</param>
/// <param name="RowsPruned">Rows that a proven bound left out without their distance.</param>
internal readonly record struct SearchCost(long BytesRead, long RowsPruned)
{
    /// <summary>Both together.</summary>
    public static SearchCost operator +(SearchCost left, SearchCost right) =>
        new(left.BytesRead + right.BytesRead, left.RowsPruned + right.RowsPruned);
}
