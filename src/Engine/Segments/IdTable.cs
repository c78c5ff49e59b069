using System.Numerics;
using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// Finds the row of an id: buckets of chains through the rows. One writer; readers take no lock, whatever their snapshot's age.
/// </summary>
/// <remarks>
/// <para>A chain has one node for each id, its newest row; <c>next</c> leads to the bucket's next id and <c>older</c> to the row that the
/// newest one replaced. A new id goes to the chain's head; a new row of a known id takes the old row's place in the chain.</para>
/// <para>Why a reader needs no lock. A row's own cells are written before the one cell that makes it reachable, which is written
/// with release order. A reader meets rows newer than its snapshot, and steps from them along <c>older</c> to the first that its
/// snapshot sees; that row's id is the node's, so the ids of rows it may not see are never needed. What its snapshot sees
/// was linked before the snapshot was published, and stays reachable: cells only change from a row to a newer row of the same id,
/// whose <c>older</c> leads back, and rows whose write was taken back keep their cells and are never used again.
/// A node in a segment that the snapshot no longer has was dead when the snapshot was made, and all its older rows with it.</para>
/// <para>A table never shrinks and keeps its chains for the snapshots that use it. When it holds too many ids or too many dead rows,
/// the writer builds another, with arrays of its own, from the live rows; it is published together with the next snapshot.</para>
/// </remarks>
internal sealed class IdTable
{
    private const int None = -1;
    private const int FetchedAtOnce = 64;

    private readonly SegmentLayout _layout;
    private readonly int[] _heads;
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);
    private int[]?[] _next = [];
    private int[]?[] _older = [];

    /// <summary>An empty table for about <paramref name="ids"/> ids.</summary>
    public IdTable(SegmentLayout layout, int ids)
    {
        _layout = layout;
        _heads = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(ids, 16, 1 << 30))];
        Array.Fill(_heads, None);
    }

    /// <summary>Chain nodes, which is ids met.</summary>
    public int Nodes { get; private set; }

    /// <summary>Rows linked, those replaced included.</summary>
    public long Links { get; private set; }

    /// <summary>
    /// Whether chains have become long on average: three nodes to two buckets. A new table for as many live ids has at least half as many
    /// nodes to go before it is crowded itself, so building tables costs a constant for each insert.
    /// </summary>
    public bool IsCrowded => Nodes > _heads.Length + (_heads.Length / 2) && _heads.Length < 1 << 30;

    /// <summary>Bytes of the arrays.</summary>
    public long Bytes
    {
        get
        {
            long cells = _heads.LongLength;
            foreach (int[]? segment in Volatile.Read(ref _next))
                cells += segment?.Length ?? 0;
            foreach (int[]? segment in Volatile.Read(ref _older))
                cells += segment?.Length ?? 0;
            return cells * sizeof(int);
        }
    }

    /// <summary>The bucket of an id. Anybody can choose ids by their hash, so a number that nobody knows takes part; no answer depends on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int BucketOf(in RowId id) => (int)(RowIdHash.Mix(RowIdHash.Compute(id) ^ _seed) & (uint)(_heads.Length - 1));

    /// <summary>The live row of an id in a snapshot, or -1. Any thread.</summary>
    public int Find(ReadOnlySpan<SegmentView?> views, in RowId id)
    {
        for (int node = Volatile.Read(ref _heads[BucketOf(id)]); node != None; node = NextOf(node))
        {
            for (int row = node; row != None; row = OlderOf(row))
            {
                int segment = _layout.SegmentOf(row);
                int offset = _layout.OffsetOf(row);
                if (segment >= views.Length)
                    continue;
                if (views[segment] is not { } view)
                    break;
                if (offset >= view.Count)
                    continue;
                if (view.Segment.HasId(offset, id))
                    return view.IsLive(offset) ? row : None;
                break;
            }
        }

        return None;
    }

    /// <summary>The newest row of an id as the writer knows it, live or dead, or -1. Writer only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int FindNewest(List<SegmentState?> states, in RowId id)
    {
        for (int node = _heads[BucketOf(id)]; node != None; node = NextOf(node))
        {
            if (states[_layout.SegmentOf(node)] is { } state && state.Segment.HasId(_layout.OffsetOf(node), id))
                return node;
        }

        return None;
    }

    /// <summary>
    /// Has the processor fetch what <see cref="FindNewest"/> will read of these ids, so that it waits for memory once and not once for each. Changes nothing. Writer only.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Fetch(List<SegmentState?> states, ReadOnlySpan<RowId> ids)
    {
        if (!CacheLine.CanFetch)
            return;
        fixed (int* heads = _heads)
        {
            int* cells = stackalloc int[FetchedAtOnce];
            for (int first = 0; first < ids.Length; first += FetchedAtOnce)
            {
                int count = Math.Min(FetchedAtOnce, ids.Length - first);
                for (int i = 0; i < count; i++)
                {
                    cells[i] = BucketOf(ids[first + i]);
                    CacheLine.Fetch(heads + cells[i]);
                }

                for (int i = 0; i < count; i++)
                {
                    int node = heads[cells[i]];
                    if (node == None || states[_layout.SegmentOf(node)] is not { } state)
                        continue;
                    int offset = _layout.OffsetOf(node);
                    state.Segment.FetchId(offset);
                    CacheLine.Fetch(_next[_layout.SegmentOf(node)]!, offset);
                }
            }
        }
    }

    /// <summary>Makes room for the links of a segment's rows. Writer only, before <see cref="Link"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reserve(int segment, int capacity)
    {
        if (segment >= _next.Length || _next[segment] is not { } next || next.Length < capacity)
            Grow(ref _next, segment, capacity);
        if (segment < _older.Length && _older[segment] is not null)
            Grow(ref _older, segment, capacity);
    }

    /// <summary>Makes room for the <c>older</c> links of a segment's rows, which few segments need. Writer only.</summary>
    public void ReserveOlder(int segment) => Grow(ref _older, segment, _next[segment]!.Length);

    /// <summary>Links a row, as the newest of its id; <paramref name="replaced"/> is what <see cref="FindNewest"/> gave. Writer only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Link(int row, int replaced, in RowId id)
    {
        int segment = _layout.SegmentOf(row);
        int offset = _layout.OffsetOf(row);
        ref int cell = ref _heads[BucketOf(id)];
        if (replaced == None)
        {
            _next[segment]![offset] = cell;
            Nodes++;
        }
        else
        {
            cell = ref CellOf(replaced, ref cell);
            _next[segment]![offset] = NextOf(replaced);
        }

        if (segment < _older.Length && _older[segment] is { } older)
            older[offset] = replaced;
        Links++;
        Volatile.Write(ref cell, row);
    }

    /// <summary>Takes a row out of its chain again, newest first; does nothing when this table never linked it. Writer only.</summary>
    public void Unlink(int row, in RowId id)
    {
        ref int cell = ref _heads[BucketOf(id)];
        if (!TryCellOf(row, ref cell, out int holder))
            return;
        if (holder != None)
            cell = ref _next[_layout.SegmentOf(holder)]![_layout.OffsetOf(holder)];
        int replaced = OlderOf(row);
        if (replaced == None)
            Nodes--;
        Volatile.Write(ref cell, replaced == None ? NextOf(row) : replaced);
    }

    private int NextOf(int row) => Volatile.Read(ref Volatile.Read(ref _next)[_layout.SegmentOf(row)]![_layout.OffsetOf(row)]);

    private int OlderOf(int row)
    {
        int[]?[] segments = Volatile.Read(ref _older);
        int segment = _layout.SegmentOf(row);
        if (segment >= segments.Length || Volatile.Read(ref segments[segment]) is not { } older)
            return None;
        int offset = _layout.OffsetOf(row);
        return offset < older.Length ? older[offset] : None;
    }

    private ref int CellOf(int row, ref int head)
    {
        if (!TryCellOf(row, ref head, out int holder))
            throw new InvalidOperationException($"Row {row} is not in its chain.");
        if (holder == None)
            return ref head;
        return ref _next[_layout.SegmentOf(holder)]![_layout.OffsetOf(holder)];
    }

    /// <summary>The row whose cell leads to a row, or -1 for the bucket's head.</summary>
    private bool TryCellOf(int row, ref int head, out int holder)
    {
        holder = None;
        for (int node = head; node != None; node = NextOf(node))
        {
            if (node == row)
                return true;
            holder = node;
        }

        return false;
    }

    private static void Grow(ref int[]?[] segments, int segment, int capacity)
    {
        if (segment >= segments.Length)
        {
            var grown = new int[]?[Math.Max(segment + 1, segments.Length * 2)];
            segments.CopyTo(grown, 0);
            Volatile.Write(ref segments, grown);
        }

        int[]? cells = segments[segment];
        if (cells is not null && cells.Length >= capacity)
            return;
        var larger = new int[capacity];
        cells?.CopyTo(larger, 0);
        Array.Fill(larger, None, cells?.Length ?? 0, capacity - (cells?.Length ?? 0));
        Volatile.Write(ref segments[segment], larger);
    }
}
