namespace IqdbFlat.Engine;

/// <summary>What an index accepts as a row, checked before anything is written. The same checks in the same order, in a process and in a cluster.</summary>
public static class RowCheck
{
    /// <summary>
    /// Throws for the first of: the id (<see cref="FlatErrorKind.InvalidConfig"/>), the dimension (<see cref="FlatErrorKind.DimensionMismatch"/>),
    /// a component that is not finite (<see cref="FlatErrorKind.InvalidVector"/>), the metadata's caps (<see cref="MetadataLimits.Check"/>).
    /// </summary>
    public static void Check(in RowId id, ReadOnlySpan<float> vector, Metadata? metadata, int dimension)
    {
        RowIdLimits.Check(id);
        VectorCheck.Check(vector, dimension);
        MetadataLimits.Check(metadata);
    }
}
