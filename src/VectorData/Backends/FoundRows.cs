namespace IqdbFlat.VectorData.Backends;

/// <summary>Rows that a search found, with their scores.</summary>
internal static class FoundRows
{
    /// <summary>
    /// The same with their vectors. A row that was written again or removed since the search is left out: what it is now has not the score that was found.
    /// </summary>
    public static async Task<IReadOnlyList<(RecordRow Row, double Score)>> WithVectorsAsync(
        this ICollectionBackend rows, IReadOnlyList<(RecordRow Row, double Score)> found, CancellationToken cancellationToken)
    {
        if (found.Count == 0)
            return found;
        var whole = await rows.GetAsync([.. found.Select(hit => hit.Row.Id)], includeVectors: true, cancellationToken).ConfigureAwait(false);
        var same = new List<(RecordRow Row, double Score)>(found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            if (whole[i] is { } row && row.Sequence == found[i].Row.Sequence)
                same.Add((row, found[i].Score));
        }

        return same;
    }
}
