using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>
/// The codes of a block of rows against those of many queries: which rows are proven to be out for each of them. Keeps its buffers, so one serves one
/// thread.
/// </summary>
/// <remarks>
/// What a single search reads from memory while it computes, a tile only computes, so its queries are coded with fewer bits (<see cref="TileDepth"/>) and the rows are brought
/// side by side for all of them. Whoever asks looks more closely at the rows that are left.
/// </remarks>
internal sealed unsafe class CodeTile
{
    private const int Line = CacheLine.Bytes;

    private readonly CodeLayout _layout;
    private readonly SegmentMemory _memory;
    private readonly int _room;
    private readonly int _groups;
    private TileDepth _depth;

    /// <summary>Room for so many queries over blocks of a layout that has codes.</summary>
    public CodeTile(CodeLayout layout, int mostQueries)
    {
        _layout = layout;
        _room = (mostQueries + TileProducts.Queries - 1) & -TileProducts.Queries;
        _groups = (layout.BlockRows + TileProducts.Rows - 1) / TileProducts.Rows;
        _memory = new SegmentMemory(
            ((_room + (_groups * TileProducts.Rows)) * (long)layout.Stride) + (TileTerms.Floats * sizeof(float))
            + (_room * (sizeof(ulong) + sizeof(TileBound) + sizeof(int))));
        new Span<byte>(_memory.Rows, (int)_memory.ByteCount).Clear();
    }

    /// <summary>Whether this processor can run it.</summary>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>How codes lie.</summary>
    public CodeLayout Layout => _layout;

    private sbyte* Queries => (sbyte*)_memory.Rows;

    private byte* Rows => (byte*)_memory.Rows + (_room * (long)_layout.Stride);

    private float* Terms => (float*)(Rows + (_groups * TileProducts.Rows * (long)_layout.Stride));

    private ulong* Outs => (ulong*)(Terms + TileTerms.Floats);

    private TileBound* Bounds => (TileBound*)(Outs + _room);

    private int* Sums => (int*)(Bounds + _room);

    /// <summary>Takes queries of one depth in place of those before; a query that is null has nothing to ask.</summary>
    public void Take(ReadOnlySpan<TileCode?> queries, TileDepth depth)
    {
        _depth = depth;
        for (int i = 0; i < _room; i++)
        {
            Bounds[i] = TileBound.None;
            Outs[i] = 0;
            if (i >= queries.Length || queries[i] is not { } query)
                continue;
            query.Codes.CopyTo(new Span<sbyte>(Queries + (i * (long)_layout.Stride), _layout.Stride));
            Sums[i] = query.Added;
        }

        GC.KeepAlive(this);
    }

    /// <summary>The test that a query brings to the blocks to come.</summary>
    public void Limit(int query, TileBound bound)
    {
        Bounds[query] = bound;
        GC.KeepAlive(this);
    }

    /// <summary>Tests all rows of a block for all queries, and asks for the block behind it.</summary>
    /// <param name="block">Where it begins.</param>
    /// <param name="queries">How many of the queries, from the first on.</param>
    public void TakeBlock(byte* block, int queries)
    {
        int rows = _layout.BlockRows;
        nint stride = _layout.Stride;
        byte* codes = block + _layout.TermBytes;
        for (int row = 0; row < rows; row += TileRows.Rows)
            TileRows.Take(codes + (row * stride), stride, rows - row, Rows + (row * stride));
        new TileTerms(Terms).Take((float*)block, _layout);
        if (_depth == TileDepth.SixBits)
            Run<TwoShortSums>(block + _layout.BlockBytes, queries);
        else
            Run<OneShortSum>(block + _layout.BlockBytes, queries);
        GC.KeepAlive(this);
    }

    /// <summary>A bit for each row of the block: set where it is proven to be out for a query. Rows past those of the block have any bits at all.</summary>
    public ulong Out(int query)
    {
        ulong result = Outs[query];
        GC.KeepAlive(this);
        return result;
    }

    private void Run<TSums>(byte* next, int queries)
        where TSums : struct, IShortSums
    {
        int pairs = (queries + TileProducts.Queries - 1) / TileProducts.Queries;
        int share = ((_layout.BlockBytes / (pairs * _groups)) + Line - 1) & -Line;
        byte* end = next + _layout.BlockBytes;
        for (int group = 0; group < _groups; group++)
        {
            byte* rows = Rows + (group * TileProducts.Rows * (long)_layout.Stride);
            var terms = new TileTerms(Terms).From(group * TileProducts.Rows);
            for (int query = 0; query < queries; query += TileProducts.Queries)
            {
                for (byte* shareEnd = next + share < end ? next + share : end; next < shareEnd; next += Line)
                    CacheLine.FetchBeyondFirst(next);
                TileProducts.Run<TSums>(
                    Queries + (query * (long)_layout.Stride), rows, _layout.Stride, terms, Bounds + query, Sums + query, (byte*)(Outs + query) + (2 * group), sizeof(ulong));
            }
        }
    }
}
