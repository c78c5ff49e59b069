using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Streams;

/// <summary>
/// Some queries of a search over a stream and the nearest rows that each has met. One thread at a time measures a block for it, a few rows at a time,
/// which stay in the cache for all its queries.
/// </summary>
internal sealed unsafe class StreamTile
{
    private readonly BoundedTopK[] _nearest;
    private readonly QueryTile _tile;

    /// <summary>A tile of the queries, at most <see cref="QueryTile.MostOf"/>, each of which is padded to the same stride.</summary>
    public StreamTile(Metric metric, ReadOnlySpan<PreparedQuery> queries, int k)
    {
        _nearest = new BoundedTopK[queries.Length];
        _tile = new(queries[0].Stride, queries.Length);
        _tile.Begin(metric);
        for (int i = 0; i < queries.Length; i++)
        {
            _nearest[i] = new(k);
            _tile.Add(queries[i]);
        }
    }

    /// <summary>What a query of the tile has met so far.</summary>
    public BoundedTopK NearestTo(int query) => _nearest[query];

    /// <summary>Measures all rows of a block.</summary>
    public void Measure(StreamBlock block, CancellationToken cancellationToken)
    {
        for (int first = 0; first < block.Count; first += _tile.BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_tile.BlockRows, block.Count - first);
            _tile.Measure(block.RowAt(first), count);
            for (int query = 0; query < _nearest.Length; query++)
                new RowOffer<StreamRows>(new(block.FirstRow), _nearest[query], _tile.MeasuresSquares).Block(first, count, _tile.MeasuredOf(query));
        }

        GC.KeepAlive(block);
        GC.KeepAlive(_tile);
    }
}
