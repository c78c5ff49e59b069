using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Centres;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// The rows of a store between two publications: appends, kills, moves rows out of sparse segments, and freezes the result.
/// Only the holder of the write lock touches it.
/// </summary>
internal sealed class WritableRows(SegmentLayout layout, Metric metric)
{
    private const int SpareSegments = 64;
    private const int SpareLinks = 4_096;

    private readonly List<SegmentState> _touched = [];
    private readonly CodeSlabs _codes = new(layout.Codes, layout.FullRows);
    private readonly SegmentLabels _labels = new(layout, metric);
    private readonly SparseSegments _sparse = new(layout);
    private List<SegmentState?> _states = [];
    private int _dropped;
    private int _expected;
    private RowPlaces? _places;

    /// <summary>The id lookup that the next snapshot will have.</summary>
    public IdTable Table { get; private set; } = new(layout, 0);

    /// <summary>Live rows.</summary>
    public int LiveCount { get; private set; }

    /// <summary>Whether anything changed since the last publication.</summary>
    public bool IsTouched => _touched.Count > 0;

    public int FindLive(in RowId id)
    {
        int row = Table.FindNewest(_states, id);
        return row >= 0 && StateOf(row).IsLive(layout.OffsetOf(row)) ? row : -1;
    }

    public ulong SequenceOf(int row) => StateOf(row).Segment.SequenceAt(layout.OffsetOf(row));

    /// <summary>
    /// Says that so many rows will come in all, so that their places and the lookup are made once. Nothing depends on whether they do. Of an empty store it gives the places,
    /// null where there are none.
    /// </summary>
    public RowPlaces? Expect(int rows)
    {
        _expected = rows;
        if (_states.Count > 0 || Table.Nodes > 0)
            return null;
        Table = new(layout, rows);
        return _places = rows > 0 ? new(layout, _codes, rows) : null;
    }

    /// <summary>Adds a row and kills the one that has its id. Answers whether there was one.</summary>
    public bool Put(in RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata) => Add(id, sequence, vector, metadata, placed: false);

    /// <summary>The same for rows whose vectors were put at their places (<see cref="RowPlaces"/>), which must be the next ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PutPlaced(int row, ReadOnlySpan<RowId> ids, ReadOnlySpan<ulong> sequences, ReadOnlySpan<Metadata> metadata)
    {
        Table.Fetch(_states, ids);
        for (int i = 0; i < ids.Length; i++, row++)
        {
            if (row != NextRow)
                throw new InvalidOperationException($"The vector of row {row} was placed, and the next row is {NextRow}.");
            Add(ids[i], sequences[i], default, metadata[i], placed: true);
        }
    }

    /// <summary>Appends a live row again, with other metadata, and kills where it was.</summary>
    public void Move(int row, Metadata metadata)
    {
        var segment = StateOf(row).Segment;
        int offset = layout.OffsetOf(row);
        var id = segment.IdAt(offset);
        Append(id, segment.SequenceAt(offset), segment.Vector(offset), metadata, row, placed: false);
        GC.KeepAlive(segment.Memory);
        Kill(row);
    }

    public void Kill(int row)
    {
        var state = StateOf(row);
        Touch(state);
        state.Kill(layout.OffsetOf(row));
        LiveCount--;
    }

    /// <summary>
    /// Takes back everything since the last publication. The rows that were appended stay where they are, dead, for good. Where memory runs
    /// out on the way it can be done again, from the beginning.
    /// </summary>
    public void Revert(RowSnapshot published)
    {
        for (int number = _states.Count - 1; number >= 0; number--)
        {
            if (_states[number] is not { Touched: true } state)
                continue;
            for (int offset = state.Count - 1; offset >= (state.Published?.Count ?? 0); offset--)
                published.Table.Unlink(layout.RowOf(number, offset), state.Segment.IdAt(offset));
        }

        Table = published.Table;
        LiveCount = published.Count;
        foreach (var state in _touched)
            state.Revert();
    }

    /// <summary>
    /// Moves the live rows of sparse segments (<see cref="SparseSegments"/>) to the tail, in order, and lets the segments go. A tail that is heavy is closed first: its rows
    /// move to a new one, and readers and the lookup meet it as they meet a segment that was full.
    /// </summary>
    public void Compact()
    {
        // Rows that move may fill a sparse tail that was passed over, so look again. Segments that they fill from the start have no dead rows.
        for (bool moved = true; moved;)
        {
            moved = false;
            for (int i = 0; i < _touched.Count; i++)
            {
                var state = _touched[i];
                if (!state.IsClosed && _sparse.IsHeavy(state))
                    state.Close();
                if (!_sparse.Has(state))
                    continue;
                MoveAll(state);
                moved = true;
            }
        }
    }

    /// <summary>What readers will see. Renumbers the segments and builds a new id lookup when the old has gathered too much that is dead.</summary>
    public RowSnapshot Freeze(RowStore store)
    {
        int spent = 0;
        foreach (var state in _touched)
            spent += IsSpent(state) ? 1 : 0;
        bool renumber = _dropped + spent > (_states.Count / 2) + SpareSegments;
        var states = renumber ? _states.FindAll(state => state is not null && !IsSpent(state)) : _states;
        var table = renumber || Table.IsCrowded || Table.Links > (2L * LiveCount) + SpareLinks ? BuildTable(states) : Table;
        var views = new SegmentView?[states.Count];
        for (int number = 0; number < views.Length; number++)
        {
            if (states[number] is { } state && !IsSpent(state))
                views[number] = state.Touched ? state.View() : state.Published;
        }

        var snapshot = new RowSnapshot(store, views, table, LiveCount);

        // From here on nothing can fail, so that a publication happens whole or not at all.
        for (int number = 0; number < views.Length; number++)
        {
            if (views[number] is null)
                states[number] = null;
            else if (states[number] is { } state && (state.Touched || renumber))
                state.Publish(views[number], number);
        }

        _touched.Clear();
        _dropped = renumber ? 0 : _dropped + spent;
        _states = states;
        Table = table;
        return snapshot;
    }

    private void MoveAll(SegmentState state)
    {
        for (int offset = 0; state.LiveCount > 0; offset++)
        {
            if (state.IsLive(offset))
                Move(layout.RowOf(state.Number, offset), state.Segment.MetadataAt(offset));
        }
    }

    private int NextRow
    {
        get
        {
            int number = _states.Count - 1;
            return number >= 0 && _states[number] is { IsClosed: false } tail ? layout.RowOf(number, tail.Count) : layout.RowOf(number + 1, 0);
        }
    }

    // Rows come by the million when a shard is loaded, before the runtime has seen that the method is worth its while.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Add(in RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata, bool placed)
    {
        if (Table.IsCrowded)
            Table = BuildTable(_states);
        int replaced = Table.FindNewest(_states, id);
        bool live = replaced >= 0 && StateOf(replaced).IsLive(layout.OffsetOf(replaced));
        Append(id, sequence, vector, metadata, replaced, placed);
        if (live)
            Kill(replaced);
        return live;
    }

    private static bool IsSpent(SegmentState state) => state.IsClosed && state.LiveCount == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Append(in RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata, int replaced, bool placed)
    {
        int number = _states.Count - 1;
        var state = number >= 0 ? _states[number] : null;
        if (state is null || state.IsClosed)
        {
            state = AddSegment();
            number++;
        }
        else if (state.Count == state.Segment.Capacity)
        {
            state.Segment = state.Segment.Grow(state.Segment.Capacity * 2, state.Count, _codes);
        }

        int offset = state.Count;
        int row = layout.RowOf(number, offset);

        // Not only where the segment grew: a batch that was taken back leaves a longer tail to a table that never knew of it.
        Table.Reserve(number, state.Segment.Capacity);
        if (replaced >= 0)
            Table.ReserveOlder(number);
        Touch(state);
        try
        {
            if (!placed)
                state.Segment.WriteVector(offset, vector);
            state.Segment.WriteBeside(offset, id, sequence, metadata);
        }
        catch
        {
            // The columns may hold part of the row: its place is never used again.
            state.Append(sequence);
            state.Kill(offset);
            throw;
        }

        state.Append(sequence);
        LiveCount++;
        Table.Link(row, replaced, id);
        if (state.Count == layout.FullRows)
        {
            state.Segment.Seal(number > 0 ? _states[number - 1]?.Segment : null);
            _labels.Label(state.Segment, _states);
        }
    }

    private SegmentState AddSegment()
    {
        if (_states.Count >= layout.MaxSegments)
            throw FlatIndexException.ResourceLimitExceeded("rows in one store", (long)layout.MaxSegments << layout.Shift, ((long)layout.MaxSegments << layout.Shift) + 1);
        var state = new SegmentState(_places?.SegmentAt(_states.Count) ?? new Segment(layout, SegmentCapacity.Beside(layout, LiveCount, _expected), _codes), _states.Count);
        _states.Add(state);
        if (_states.Count == _places?.Segments)
            _places = null;
        return state;
    }

    private IdTable BuildTable(List<SegmentState?> states)
    {
        var table = new IdTable(layout, Math.Max(LiveCount, 1));
        for (int number = 0; number < states.Count; number++)
        {
            if (states[number] is not { } state)
                continue;
            table.Reserve(number, state.Segment.Capacity);
            for (int offset = 0; offset < state.Count; offset++)
            {
                if (state.IsLive(offset))
                    table.Link(layout.RowOf(number, offset), -1, state.Segment.IdAt(offset));
            }
        }

        return table;
    }

    private void Touch(SegmentState state)
    {
        if (state.Touched)
            return;
        state.Touched = true;
        _touched.Add(state);
    }

    private SegmentState StateOf(int row) => _states[layout.SegmentOf(row)]!;
}
