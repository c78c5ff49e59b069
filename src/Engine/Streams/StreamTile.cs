using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Streams;

/// <summary>
/// Some queries of a search over a stream and the nearest rows that each has met. One thread at a time measures a block for it, a few rows at a time,
/// which stay in the cache for all its queries.
/// </summary>
internal sealed unsafe class StreamTile
{
    /// <summary>The most queries of a tile, of short vectors; of longer ones fewer, so that the queries stay in the cache.</summary>
    public const int MostQueries = 64;

    private const int MostQueryFloats = 1 << 16;
    private const int StepBytes = 64 << 10;
    private const int MostStepRows = 128;
    private const int FewestStepRows = 16;

    private readonly Metric _metric;
    private readonly int _stride;
    private readonly int _stepRows;
    private readonly BoundedTopK[] _nearest;
    private readonly SegmentMemory _memory;

    /// <summary>A tile of the queries, each of which is padded to the same stride.</summary>
    public StreamTile(Metric metric, ReadOnlySpan<PreparedQuery> queries, int k)
    {
        _metric = metric;
        _stride = queries[0].Stride;
        _stepRows = StepRows(_stride);
        _nearest = new BoundedTopK[queries.Length];
        _memory = new(Bytes(queries.Length, _stride));
        for (int i = 0; i < queries.Length; i++)
        {
            _nearest[i] = new(k);
            queries[i].Padded.CopyTo(new Span<float>(Queries + ((long)i * _stride), _stride));
            Squares[i] = queries[i].Squares;
        }
    }

    private float* Queries => _memory.Rows;

    private float* Squares => Queries + ((long)_nearest.Length * _stride);

    private float* Distances => Squares + ((_nearest.Length + PreparedQuery.Granule - 1) & -PreparedQuery.Granule);

    /// <summary>The most queries of a tile of vectors that lie so many floats apart.</summary>
    public static int MostOf(int stride) => Math.Clamp(MostQueryFloats / stride, 1, MostQueries);

    /// <summary>Bytes of a tile's queries and distances.</summary>
    public static long Bytes(int queries, int stride) =>
        (((long)queries * stride) + queries + PreparedQuery.Granule + ((long)queries * StepRows(stride))) * sizeof(float);

    /// <summary>What a query of the tile has met so far.</summary>
    public BoundedTopK NearestTo(int query) => _nearest[query];

    /// <summary>Measures all rows of a block.</summary>
    public void Measure(StreamBlock block, CancellationToken cancellationToken)
    {
        for (int first = 0; first < block.Count; first += _stepRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_stepRows, block.Count - first);
            DistanceTile.Compute(_metric, Queries, Squares, _nearest.Length, block.RowAt(first), _stride, count, Distances, _stepRows);
            for (int query = 0; query < _nearest.Length; query++)
                Offer(Distances + (query * _stepRows), count, block.FirstRow + first, _nearest[query]);
        }

        GC.KeepAlive(block);
        GC.KeepAlive(_memory);
    }

    private static void Offer(float* distances, int count, long firstRow, BoundedTopK nearest)
    {
        int i = 0;
        for (; i <= count - NearDistances.Group; i += NearDistances.Group)
        {
            if (NearDistances.Any(distances + i, nearest.WorstKey))
                OfferEach(distances, i, i + NearDistances.Group, firstRow, nearest);
        }

        OfferEach(distances, i, count, firstRow, nearest);
    }

    private static void OfferEach(float* distances, int first, int end, long firstRow, BoundedTopK nearest)
    {
        // The order of insertion is the order of the stream, so a row's number is its sequence.
        for (int i = first; i < end; i++)
            nearest.Offer(DistanceOrder.KeyOf(distances[i]), (ulong)(firstRow + i), row: 0);
    }

    private static int StepRows(int stride) => Math.Clamp(StepBytes / sizeof(float) / stride / 16 * 16, FewestStepRows, MostStepRows);
}
