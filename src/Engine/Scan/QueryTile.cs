using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// The queries of several searches side by side, and the distances of a block of rows to each: a block of rows comes from memory once and stays in the
/// cache for all queries.
/// </summary>
/// <param name="stride">Floats of a query and of a row, a multiple of 16.</param>
/// <param name="room">Queries that find room.</param>
internal sealed unsafe class QueryTile(int stride, int room)
{
    /// <summary>The most queries of a tile; of vectors longer than 4,096 floats fewer, so that the queries of a tile take 1 MiB at the most.</summary>
    public const int MostQueries = 64;

    /// <summary>The most rows of a block.</summary>
    public const int MostBlockRows = 96;

    private const int MostQueryFloats = 1 << 18;
    private const int BlockBytes = 64 << 10;
    private const int FewestBlockRows = 18;

    /// <summary>What goes into the kernel's strips and into the sixteen that are compared at once; small blocks are of half strips.</summary>
    private const int EvenRows = 48;
    private const int FewRows = 6;

    /// <summary>Between the distances of two queries, so that those of all queries do not meet in a few sets of the cache.</summary>
    private const int PitchGap = 16;

    private readonly SegmentMemory _memory = new(BytesFor(stride, room));
    private readonly int _pitch = PitchOf(stride);
    private Metric _measured;

    /// <summary>Floats of a query and of a row.</summary>
    public int Stride => stride;

    /// <summary>Rows that are measured at once, at most.</summary>
    public int BlockRows { get; } = BlockRowsOf(stride);

    /// <summary>Queries that are in.</summary>
    public int Count { get; private set; }

    /// <summary>Whether squares of the distances are measured, so that only what comes near needs a root.</summary>
    public bool MeasuresSquares { get; private set; }

    private float* Queries => _memory.Rows;

    private float* Squares => Queries + ((long)room * stride);

    private float* Distances => Squares + PreparedQuery.StrideOf(room);

    /// <summary>The most queries of one tile, of rows so many floats apart.</summary>
    public static int MostOf(int stride) => Math.Clamp(MostQueryFloats / stride, 1, MostQueries);

    /// <summary>Bytes of the queries and of the distances to a block.</summary>
    public static long BytesFor(int stride, int room) => (((long)room * (stride + PitchOf(stride))) + PreparedQuery.StrideOf(room)) * sizeof(float);

    /// <summary>Forgets the queries; those that come next are measured by this metric.</summary>
    public void Begin(Metric metric)
    {
        MeasuresSquares = metric == Metric.Euclidean;
        _measured = MeasuresSquares ? Metric.SquaredEuclidean : metric;
        Count = 0;
    }

    /// <summary>Adds a query, for which there must be room.</summary>
    public void Add(PreparedQuery query)
    {
        query.Padded.CopyTo(new Span<float>(Queries + ((long)Count * stride), stride));
        Squares[Count++] = query.Squares;
        GC.KeepAlive(_memory);
    }

    /// <summary>Measures rows that lie one after the other, at most <see cref="BlockRows"/>, for all queries.</summary>
    public void Measure(float* rows, int count)
    {
        DistanceTile.Compute(_measured, Queries, Squares, Count, rows, stride, count, Distances, _pitch);
        GC.KeepAlive(_memory);
    }

    /// <summary>What was measured last for a query. Valid while this object is reachable.</summary>
    public float* MeasuredOf(int query) => Distances + ((long)query * _pitch);

    private static int BlockRowsOf(int stride)
    {
        int rows = Math.Clamp(BlockBytes / sizeof(float) / stride, FewestBlockRows, MostBlockRows);
        return rows - (rows % (rows < EvenRows ? FewRows : EvenRows));
    }

    private static int PitchOf(int stride) => BlockRowsOf(stride) + PitchGap;
}
