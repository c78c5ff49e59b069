namespace IqdbFlat.Engine.Columns;

/// <summary>The distinct values of a column, numbered as they come. Equal here means the same kind and bits. One writer, any readers.</summary>
internal sealed class ValueDictionary
{
    private const int LinearUpTo = 8;
    private const int EntryBytes = 24;
    private const int MapEntryBytes = 44;

    private MetadataValue[] _values = [];
    private Dictionary<MetadataValue, int>? _codes;
    private int _count;
    private long _heapBytes;

    /// <summary>Distinct values.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes => (_values.LongLength * EntryBytes) + Volatile.Read(ref _heapBytes) + ((_codes?.Count ?? 0L) * MapEntryBytes);

    /// <summary>The values by code, up to some code that a reader may have seen in a row.</summary>
    public ReadOnlySpan<MetadataValue> Values
    {
        get
        {
            int count = Count;
            return Volatile.Read(ref _values).AsSpan(0, count);
        }
    }

    /// <summary>The code of a value, new or known. Writer only.</summary>
    public int CodeOf(in MetadataValue value)
    {
        if (_codes is not null)
        {
            if (_codes.TryGetValue(value, out int known))
                return known;
        }
        else
        {
            int known = _values.AsSpan(0, _count).IndexOf(value);
            if (known >= 0)
                return known;
        }

        return Add(value);
    }

    /// <summary>Forgets what only <see cref="CodeOf"/> needs. Writer only; it may be called again afterwards, at the cost of a rebuild.</summary>
    public void Seal() => _codes = null;

    private int Add(in MetadataValue value)
    {
        if (_count == _values.Length)
        {
            var larger = new MetadataValue[Math.Max(1, _count * 2)];
            _values.CopyTo(larger, 0);
            Volatile.Write(ref _values, larger);
        }

        if (_codes is null && _count >= LinearUpTo)
        {
            _codes = new Dictionary<MetadataValue, int>(_count + 1);
            for (int code = 0; code < _count; code++)
                _codes.Add(_values[code], code);
        }

        _codes?.Add(value, _count);
        _values[_count] = value;
        _heapBytes += value.HeapBytes;
        Volatile.Write(ref _count, _count + 1);
        return _count - 1;
    }
}
