using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Columns;

internal static class LiveMask
{
    /// <summary>The live rows of the view that pass the filter.</summary>
    public static ulong[] Live(this ColumnFilter evaluator, SegmentView view, Filter filter)
    {
        var mask = evaluator.Select(view, filter).ToArray();
        for (int row = 0; row < view.Count; row++)
        {
            if (!view.IsLive(row))
                mask[row >> 6] &= ~(1UL << row);
        }

        return mask;
    }
}
