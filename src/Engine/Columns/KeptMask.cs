namespace IqdbFlat.Engine.Columns;

/// <summary>The rows that a filter selects among the first rows of a segment, dead ones included: evaluated by whoever comes first.</summary>
internal sealed class KeptMask(FilterKey key, int rows)
{
    private readonly object _gate = new();
    private ulong[]? _words;
    private object? _maker;

    /// <summary>The filter.</summary>
    public FilterKey Key { get; } = key;

    /// <summary>The rows of the segment that were looked at: another view of it may see fewer or more.</summary>
    public int Rows { get; } = rows;

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes => 120 + (sizeof(ulong) * (Volatile.Read(ref _words)?.LongLength ?? 0));

    /// <summary>
    /// The mask, empty where no row is selected. Those that come while another evaluates it wait: they would do the same work. One that fails
    /// leaves it to the next.
    /// </summary>
    /// <param name="search">What stands for the search that asks.</param>
    /// <param name="evaluate">Evaluates the filter.</param>
    /// <param name="wasKept">Whether another search has evaluated it.</param>
    public ulong[] Words(object search, Evaluation evaluate, out bool wasKept)
    {
        var words = Volatile.Read(ref _words);
        if (words is null)
        {
            lock (_gate)
            {
                if (_words is null)
                {
                    var mask = evaluate();
                    _maker = search;
                    Volatile.Write(ref _words, RowMask.IsEmpty(mask) ? [] : mask.ToArray());
                }
            }

            words = _words;
        }

        wasKept = !ReferenceEquals(_maker, search);
        return words;
    }

    /// <summary>Evaluates the filter over the segment.</summary>
    internal delegate ReadOnlySpan<ulong> Evaluation();
}
