namespace IqdbFlat.Engine;

/// <summary>What an index accepts as a row, checked before anything is written. The same checks in the same order, in a process and in a cluster.</summary>
public static class RowCheck
{
    /// <summary>
    /// Throws for the first of: the id (<see cref="FlatErrorKind.InvalidConfig"/>), the dimension (<see cref="FlatErrorKind.DimensionMismatch"/>),
    /// a component that is not finite (<see cref="FlatErrorKind.InvalidVector"/>), the metadata's caps (<see cref="MetadataLimits.Check"/>).
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="vector">The vector, packed where rows have several.</param>
    /// <param name="metadata">The metadata, or null.</param>
    /// <param name="dimension">The components that a row has.</param>
    /// <param name="parts">The vectors of a packed row, whose form is checked with finiteness (<see cref="VectorParts.CheckRow"/>); null for rows that are one vector.</param>
    public static void Check(in RowId id, ReadOnlySpan<float> vector, Metadata? metadata, int dimension, VectorParts? parts = null)
    {
        RowIdLimits.Check(id);
        VectorCheck.Check(vector, dimension);
        parts?.CheckRow(vector);
        MetadataLimits.Check(metadata);
    }
}
