namespace IqdbFlat.Engine;

/// <summary>How a search goes through the rows. Every plan gives the same answer, to the bit.</summary>
public enum SearchPlan
{
    /// <summary>Bounds where rows have codes and as long as bounds pay, else distances alone.</summary>
    Auto,

    /// <summary>The distance of every row that meets the filter.</summary>
    Scan,

    /// <summary>Bounds wherever rows have codes, whether they pay or not.</summary>
    Pruned,
}
