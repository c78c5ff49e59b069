using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// Where the rows of each value of one field are listed, segment by segment of a snapshot, so that a search finds them side by side. Made by the
/// first search that asks, a few segments at a time; used by any number of threads.
/// </summary>
/// <remarks>
/// What leads to a list, from view to segment to columns to column to postings, lies here and there in memory and has left the caches since the last
/// search: some 300 ns a step where processors are shared, so that the way to a list of a hundred rows would take half as long as the rows.
/// </remarks>
internal sealed class FieldPostings(RowSnapshot snapshot, string name)
{
    private const int Together = 8;

    private readonly object _gate = new();
    private readonly SegmentPostings[] _segments = new SegmentPostings[snapshot.Views.Length];
    private readonly bool[] _isMade = new bool[(snapshot.Views.Length + Together - 1) / Together];

    /// <summary>The field.</summary>
    public string Field => name;

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes => _isMade.LongLength + (_segments.LongLength * SegmentPostings.EstimatedBytes);

    /// <summary>The lists of a segment; <see cref="SegmentPostings.IsListed"/> says whether there are any. Past the last segment there are none.</summary>
    public ref readonly SegmentPostings Of(int segment)
    {
        if (segment >= _segments.Length)
            return ref SegmentPostings.None[0];
        if (!Volatile.Read(ref _isMade[segment / Together]))
            Make(segment / Together);
        return ref _segments[segment];
    }

    /// <summary>Asks for what is known of a segment, which may be past the last.</summary>
    public void Fetch(int segment) => CacheLine.Fetch(_segments, segment);

    private void Make(int group)
    {
        lock (_gate)
        {
            if (_isMade[group])
                return;
            int place = 0;
            int first = group * Together;
            for (int segment = first; segment < Math.Min(first + Together, _segments.Length); segment++)
            {
                if (snapshot.Views[segment] is { } view)
                    _segments[segment] = SegmentPostings.Of(view, name, ref place);
            }

            Volatile.Write(ref _isMade[group], true);
        }
    }
}
