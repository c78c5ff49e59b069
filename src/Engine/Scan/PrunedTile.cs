using System.Numerics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Tiles;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// Prunes the rows of a chunk for several searches at once, block by block: codes come from memory once, and only rows that the bounds of a search
/// let pass are measured for it, as <see cref="PrunedScan"/> does for one search.
/// </summary>
internal sealed unsafe class PrunedTile
{
    private readonly TileSeat[] _seats = [.. Enumerable.Range(0, QueryTile.MostQueries).Select(number => new TileSeat(number))];
    private readonly TileCode?[] _codes = new TileCode?[QueryTile.MostQueries];
    private readonly int[] _late = new int[QueryTile.MostQueries];
    private CodeTile? _tile;
    private TileDepths? _depths;
    private TileDepth _depth;

    /// <summary>Takes searches of one snapshot, whose rows have codes, at most <see cref="QueryTile.MostQueries"/>.</summary>
    public void Take(ReadOnlySpan<SnapshotSearch> searches, CodeLayout layout, int mostQueries)
    {
        if (_tile?.Layout != layout)
        {
            _tile = new CodeTile(layout, mostQueries);
            _depths = new TileDepths(layout.Stride);
        }

        Take(searches);
    }

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/>, both whole blocks or the view's end.</summary>
    /// <param name="view">The segment, whose rows have codes.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">Past the last.</param>
    /// <param name="mask">The rows wanted; null for all that live.</param>
    /// <param name="searches">The searches that were taken.</param>
    /// <param name="workers">Where each gathers; null for one that takes no part.</param>
    public void Run(
        SegmentView view, int firstRow, int first, int end, ulong[]? mask, ReadOnlySpan<SnapshotSearch> searches, ReadOnlySpan<ScanWorker?> workers)
    {
        if (_depths!.Depth != _depth)
            Take(searches);
        var tile = _tile!;
        var seats = _seats.AsSpan(0, searches.Length);
        for (int i = 0; i < seats.Length; i++)
            seats[i].Begin(view, firstRow, workers[i], tile);
        var codes = view.Segment.Codes!;
        int blockRows = tile.Layout.BlockRows;
        long rows = 0, blocks = 0, pairs = 0, looked = 0;
        int limited = 0, late = 0;
        for (int start = first; start < end; start += blockRows)
        {
            int count = Math.Min(blockRows, end - start);
            ulong wanted = view.Wanted(start, count, mask);
            if (wanted == 0)
                continue;
            int wantedRows = BitOperations.PopCount(wanted);
            rows += wantedRows;
            blocks++;
            byte* block = codes.Blocks + tile.Layout.BlockOf(start);

            // A search that has a k-th keeps one.
            if (limited < seats.Length)
                limited = CountLimited(seats);
            bool isTaken = limited > 0;
            pairs += (long)limited * wantedRows;
            if (isTaken)
                tile.TakeBlock(block, seats.Length);

            // The rows that were left of the block before have been on their way meanwhile.
            MeasureLate(late);
            late = 0;
            for (int i = 0; i < seats.Length; i++)
            {
                ulong left = isTaken ? wanted & ~tile.Out(i) : wanted;
                if (left == 0)
                    continue;
                if (!seats[i].IsLimited)
                {
                    seats[i].Plain(start, count, wanted, tile);
                    continue;
                }

                looked += BitOperations.PopCount(left);
                seats[i].Look(block, start, count, left);
                _late[late++] = i;
            }
        }

        MeasureLate(late);
        foreach (var seat in seats)
            seat.End(rows, blocks, tile.Layout.BlockBytes);
        _depths.Learn(pairs, looked);
        GC.KeepAlive(view.Segment.Memory);
        GC.KeepAlive(codes);
    }

    private void Take(ReadOnlySpan<SnapshotSearch> searches)
    {
        _depth = _depths!.Depth;
        for (int i = 0; i < searches.Length; i++)
            _codes[i] = _seats[i].Take(searches[i], _depth);
        _tile!.Take(_codes.AsSpan(0, searches.Length), _depth);
        _codes.AsSpan().Clear();
    }

    private void MeasureLate(int late)
    {
        for (int i = 0; i < late; i++)
            _seats[_late[i]].MeasureLate(_tile!);
    }

    private static int CountLimited(ReadOnlySpan<TileSeat> seats)
    {
        int limited = 0;
        foreach (var seat in seats)
            limited += seat.IsLimited ? 1 : 0;
        return limited;
    }
}
