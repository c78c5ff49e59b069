namespace IqdbFlat.Engine;

/// <summary>How rows were looked at. A search may look at some rows in one way and at others in another. The numbers are part of the wire form and never change.</summary>
[Flags]
public enum SearchPlans
{
    /// <summary>No row was looked at.</summary>
    None = 0,

    /// <summary>Rows were read one after the other, those that the filter leaves out along with the rest where that is faster.</summary>
    Scan = 1,

    /// <summary>Of the rows that lie between others that are left out, each unbroken run was read by itself.</summary>
    Runs = 2,

    /// <summary>The rows that the filter selects were fetched one by one.</summary>
    Gather = 4,

    /// <summary>Rows whose proven bound is past the k-th hit were left out without reading their vectors.</summary>
    Pruned = 8,

    /// <summary>Which rows the filter selects was known from a search before.</summary>
    KeptFilter = 16,
}
