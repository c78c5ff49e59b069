namespace IqdbFlat.Engine;

/// <summary>How a search is to go through the rows. Every plan gives the same answer, to the bit. The numbers are part of the wire form and never change.</summary>
public enum SearchPlan : byte
{
    /// <summary>Bounds where rows have codes and as long as bounds pay, else distances alone.</summary>
    Auto = 0,

    /// <summary>The distance of every row that meets the filter.</summary>
    Scan = 1,

    /// <summary>Bounds wherever rows have codes, whether they pay or not.</summary>
    Pruned = 2,
}
