using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Segments;

/// <summary>A segment as a snapshot sees it, the lists of a field in it, and where its rows lie: what gathering listed rows wants, in one place.</summary>
internal readonly unsafe struct SegmentPostings
{
    /// <summary>Bytes of one.</summary>
    public const int EstimatedBytes = 80;

    private readonly ulong[] _sequences;

    private SegmentPostings(SegmentView view, SealedColumn column)
    {
        View = view;
        Column = column;
        Lists = column.Lists;
        Rows = view.Segment.Memory.Rows;
        _sequences = view.Segment.SequenceArray;
        Count = view.Count;
        HasDead = view.DeadCount > 0;
    }

    /// <summary>The sequence of a row below <see cref="Count"/>.</summary>
    public ulong SequenceAt(int offset) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_sequences), offset);

    /// <summary>Asks for the sequence of a row.</summary>
    public void FetchSequence(int offset) => CacheLine.Fetch(_sequences, offset);

    /// <summary>Of no segment.</summary>
    public static SegmentPostings[] None { get; } = new SegmentPostings[1];

    /// <summary>Whether rows are listed: the segment is full, its column sealed, and the snapshot sees all rows that the column knows of.</summary>
    [MemberNotNullWhen(true, nameof(View), nameof(Column))]
    public bool IsListed => View is not null;

    /// <summary>The segment.</summary>
    public SegmentView? View { get; }

    /// <summary>The column.</summary>
    public SealedColumn? Column { get; }

    /// <summary>Its lists.</summary>
    public PostingLists Lists { get; }

    /// <summary>The first row. Valid while the snapshot is reachable.</summary>
    public float* Rows { get; }

    /// <summary>Rows of the view.</summary>
    public int Count { get; }

    /// <summary>Whether some of them are dead.</summary>
    public bool HasDead { get; }

    /// <summary>The lists of a field in a segment, if there are any.</summary>
    /// <param name="view">The segment.</param>
    /// <param name="field">The field.</param>
    /// <param name="place">Where the column is looked for first; then where it was found.</param>
    public static SegmentPostings Of(SegmentView view, string field, ref int place) =>
        view.Segment.Columns?.Find(field, ref place)?.Content is SealedColumn column && column.Rows <= view.Count ? new(view, column) : default;
}
