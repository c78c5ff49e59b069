using IqdbFlat.Engine;

namespace IqdbFlat.Client.Rows;

/// <summary>Several ids of one call.</summary>
internal static class IdBatch
{
    /// <summary>Checks every id before any is used; the error says which.</summary>
    public static void Check(IReadOnlyList<RowId> ids)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            try
            {
                RowIdLimits.Check(ids[i]);
            }
            catch (FlatIndexException error)
            {
                throw new FlatIndexException(error.Error with { Item = i }, error);
            }
        }
    }

    /// <summary>A copy of some of the ids.</summary>
    public static RowId[] Slice(IReadOnlyList<RowId> ids, int start, int count)
    {
        var part = new RowId[count];
        for (int i = 0; i < count; i++)
            part[i] = ids[start + i];
        return part;
    }
}
