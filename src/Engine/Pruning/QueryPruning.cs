using System.Numerics;
using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning.Tiles;

namespace IqdbFlat.Engine.Pruning;

/// <summary>What one search needs to prune, shared by its threads.</summary>
internal sealed class QueryPruning
{
    // Codes are read whole and rows one by one, each with a wait for memory: codes must be this many times less to be worth it.
    private const int WorthReading = 2;

    private readonly int _rowBytes;
    private TileCode? _tileCode;

    private QueryPruning(QueryCode query, CodeLayout layout, int rowBytes, bool always)
    {
        _rowBytes = rowBytes;
        Query = query;
        Layout = layout;
        Always = always;
        Bound = BlockBounds.Create(BlockBounds.Fastest, query, layout);
    }

    /// <summary>The coded query.</summary>
    public QueryCode Query { get; }

    /// <summary>Where codes lie.</summary>
    public CodeLayout Layout { get; }

    /// <summary>Whether bounds are tried on every block, however little they help.</summary>
    public bool Always { get; }

    /// <summary>The bound.</summary>
    public BlockBound Bound { get; }

    /// <summary>The k-th key of all threads.</summary>
    public SharedLimit Limit { get; } = new();

    /// <summary>Prepares pruning, or gives null where the plan, the rows or the query have none.</summary>
    public static QueryPruning? Of(PreparedQuery query, CodeLayout layout, SearchPlan plan)
    {
        if (plan == SearchPlan.Scan || !layout.HasCodes)
            return null;
        var code = new QueryCode(query, layout);
        return code.IsBounded ? new QueryPruning(code, layout, query.Stride * sizeof(float), plan == SearchPlan.Pruned) : null;
    }

    /// <summary>The query coded for a tile; kept, for threads and chunks ask for the same one as a rule.</summary>
    /// <param name="query">The query that was coded.</param>
    /// <param name="depth">How finely.</param>
    public TileCode TileCode(PreparedQuery query, TileDepth depth)
    {
        var kept = Volatile.Read(ref _tileCode);
        if (kept?.Depth != depth)
            Volatile.Write(ref _tileCode, kept = new TileCode(query, Layout, Query, depth));
        return kept;
    }

    /// <summary>Whether so few rows of a block are left that their codes are read one by one.</summary>
    public bool IsSparse(ulong rows) => BitOperations.PopCount(rows) * WorthReading < Layout.BlockRows;

    /// <summary>Bytes of codes that are read for the rows left of a block.</summary>
    public int BytesFor(ulong rows) => IsSparse(rows)
        ? BitOperations.PopCount(rows) * (Layout.Stride + (Layout.TermBytes / Layout.BlockRows))
        : Layout.BlockBytes;

    /// <summary>Whether a filter leaves enough of the rows from <paramref name="first"/> to before <paramref name="end"/>; an empty mask leaves all.</summary>
    public bool IsWorth(ulong[]? mask, int first, int end)
    {
        if (Always || mask is null)
            return true;
        int word = Math.Min(first >> 6, mask.Length);
        long wanted = RowMask.Count(mask.AsSpan(word, Math.Clamp(RowMask.WordsFor(end) - word, 0, mask.Length - word)));
        return wanted * _rowBytes > WorthReading * Layout.BytesFor(Math.Max(end - first, Layout.BlockRows));
    }
}
