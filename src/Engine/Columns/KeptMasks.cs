namespace IqdbFlat.Engine.Columns;

/// <summary>
/// The masks of the last few filters over one segment, so that a filter that comes again, alone or for each query of a batch, is evaluated once.
/// They live and die with the segment.
/// </summary>
/// <remarks>
/// A row's metadata never changes where it lies, so a mask holds for good for the rows that it was made over; deletes are taken out of it where it is
/// used. A segment that still grows has more rows in a later view, and a mask of its own for each.
/// </remarks>
internal sealed class KeptMasks
{
    /// <summary>Filters of a segment that are remembered: at a bit a row each, a byte a row.</summary>
    public const int Most = 8;

    private readonly object _gate = new();
    private readonly KeptMask?[] _masks = new KeptMask?[Most];
    private int _oldest;

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes
    {
        get
        {
            long bytes = 0;
            lock (_gate)
            {
                foreach (var mask in _masks)
                    bytes += mask?.EstimatedBytes ?? 0;
            }

            return bytes;
        }
    }

    /// <summary>The mask of a filter over so many rows; takes the place of the oldest where it is new.</summary>
    public KeptMask Of(FilterKey key, int rows)
    {
        lock (_gate)
        {
            foreach (var mask in _masks)
            {
                if (mask is not null && mask.Rows == rows && mask.Key == key)
                    return mask;
            }

            var added = new KeptMask(key, rows);
            _masks[_oldest] = added;
            _oldest = (_oldest + 1) % Most;
            return added;
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        lock (_gate)
            Array.Clear(_masks);
    }
}
