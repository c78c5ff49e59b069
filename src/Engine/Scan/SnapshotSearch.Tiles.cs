using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Plans;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Tiles;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

public sealed partial class SnapshotSearch
{
    /// <summary>From so many searches on a tile is faster than pruning for each.</summary>
    private const int FewestInTile = 6;

    /// <summary>The query, made ready.</summary>
    internal PreparedQuery Query => _query;

    /// <summary>What the search prunes with; null where it does not.</summary>
    internal QueryPruning? Pruning => _pruning;

    /// <summary>The most searches that one pass over these rows serves.</summary>
    internal int MostInTile => QueryTile.MostOf(_query.Stride);

    /// <summary>Whether searches of one pass go through a chunk as a tile; else each prunes by itself the codes that the first of them brought into the cache.</summary>
    internal static bool IsWorthTile(SnapshotSearch[] searches) => searches[0]._pruning switch
    {
        null => searches.Length > 1,
        { Always: true } => searches.Length > 1 && CodeTile.IsSupported,
        _ => searches.Length >= FewestInTile,
    };

    /// <summary>Runs all chunks of searches of one snapshot, all with the same filter or all without, on this thread.</summary>
    /// <returns>What each has gathered, ready for its answer.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static ScanWorker[] RunTile(SnapshotSearch[] searches, CancellationToken cancellationToken)
    {
        var tile = new TileScan(searches[0]._time);
        var workers = Array.ConvertAll(searches, search => search.CreateWorker());
        bool isWorthTile = IsWorthTile(searches);
        for (int chunk = 0; chunk < searches[0].ChunkCount; chunk++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (isWorthTile)
            {
                RunChunk(chunk, searches, workers, tile, cancellationToken);
                continue;
            }

            for (int i = 0; i < searches.Length; i++)
                searches[i].RunChunk(chunk, workers[i], cancellationToken);
        }

        return workers;
    }

    /// <summary>Runs one chunk for several searches of one pass; those without a worker take no part.</summary>
    internal static void RunChunk(
        int chunk, SnapshotSearch[] searches, ReadOnlySpan<ScanWorker?> workers, TileScan tile, CancellationToken cancellationToken)
    {
        var first = searches[0];
        if (!first.TryChunk(chunk, out var view, out int start, out int from, out int end))
            return;
        tile.Take(searches, workers);
        int taking = workers.IndexOfAnyExcept((ScanWorker?)null);
        if (taking < 0)
            return;
        long began = first._time.GetTimestamp();
        var mask = first.WantedOf(view, workers[taking]!, cancellationToken);
        if (first.IsWorthBounds(view, mask, from, end, workers))
        {
            tile.Pruned(view, start, mask, from, end, first._time.GetTimestamp() - began, workers[taking]!.Plans & SearchPlans.KeptFilter);
            return;
        }

        if (mask is null && first._snapshot.Parts is null)
        {
            tile.All(view, start, from, end);
            return;
        }

        // One vector of several lies apart from that of the next row: it is brought together with them as rows that a filter selects are.
        tile.Masked(view, start, mask, from, end, first._time.GetTimestamp() - began, workers[taking]!.Plans & SearchPlans.KeptFilter);
    }

    /// <summary>Whether the searches of a tile prune the rows of a chunk: their codes are worth reading, and half of the searches at least find that bounds pay.</summary>
    private bool IsWorthBounds(SegmentView view, ulong[]? mask, int first, int end, ReadOnlySpan<ScanWorker?> workers)
    {
        if (_pruning is null || view.Segment.Codes is null || !CodeTile.IsSupported || !_pruning.IsWorth(mask, first, end))
            return false;
        int willing = 0;
        foreach (var worker in workers)
            willing += worker is null ? 0 : _pruning.Always || worker.Guard.TryNext() ? 1 : -1;
        return willing >= 0;
    }

    /// <summary>What searches must have in common to ride one pass. A filter is evaluated once for all of them, so a token that stops it must be that of all.</summary>
    internal PassKey KeyOf(CancellationToken cancellationToken) => new(_snapshot, _part, _filter, _plan, _filter is null ? default : cancellationToken);
}
