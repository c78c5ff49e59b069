namespace IqdbFlat.Engine.Columns;

/// <summary>
/// Which rows have a field, and with which code: either pairs of (offset, code) with rising offsets, or an array by offset that
/// holds code + 1, or 0 where the row lacks the field.
/// </summary>
/// <remarks>
/// Written by one writer past what any snapshot sees, replaced as a whole when it grows or changes its form; a reader takes
/// the cells once and looks at no offset at or past its snapshot's count.
/// </remarks>
internal abstract class ColumnCells
{
    /// <summary>Rows that have the field. The writer's count; may run ahead of a snapshot.</summary>
    public int Count { get; protected set; }

    /// <summary>Bytes, estimated.</summary>
    public abstract long EstimatedBytes { get; }

    /// <summary>The code at an offset, or -1 when the row lacks the field.</summary>
    public abstract int CodeAt(int offset);

    /// <summary>Adds a row with a higher offset than all before; gives the cells to use from now on.</summary>
    public abstract ColumnCells Append(int offset, int code);

    /// <summary>Sets the bits of the rows below <paramref name="count"/> whose code is set in <paramref name="codes"/>.</summary>
    public abstract void Select(ReadOnlySpan<bool> codes, int count, Span<ulong> mask);

    /// <summary>The last offset that has the field, or -1. Writer only.</summary>
    public abstract int LastOffset { get; }

    /// <summary>The pairs, for what takes over. Writer only.</summary>
    public abstract IEnumerable<(int Offset, int Code)> Pairs();

    /// <summary>Pairs: 8 bytes for each row that has the field.</summary>
    internal sealed class Sparse : ColumnCells
    {
        private const int WorthAnArray = 64;

        private readonly int[] _offsets;
        private readonly int[] _codes;
        private int _published;

        public Sparse(int capacity)
        {
            _offsets = new int[capacity];
            _codes = new int[capacity];
        }

        public override long EstimatedBytes => 2L * sizeof(int) * _offsets.Length;

        public override int LastOffset => Count == 0 ? -1 : _offsets[Count - 1];

        public override int CodeAt(int offset)
        {
            int count = Volatile.Read(ref _published);
            int place = _offsets.AsSpan(0, count).BinarySearch(offset);
            return place >= 0 ? _codes[place] : -1;
        }

        public override ColumnCells Append(int offset, int code)
        {
            if (Count == _offsets.Length)
            {
                // The array costs 4 bytes a row of the segment: worth it once half the rows so far have the field.
                ColumnCells larger = Count >= WorthAnArray && Count >= offset / 2 ? new Dense(offset + 1) : new Sparse(Count * 2);
                foreach (var (o, c) in Pairs())
                    larger.Append(o, c);
                return larger.Append(offset, code);
            }

            _offsets[Count] = offset;
            _codes[Count] = code;
            Count++;
            Volatile.Write(ref _published, Count);
            return this;
        }

        public override void Select(ReadOnlySpan<bool> codes, int count, Span<ulong> mask)
        {
            int pairs = Volatile.Read(ref _published);
            for (int i = 0; i < pairs && _offsets[i] < count; i++)
            {
                if (codes[_codes[i]])
                    mask[_offsets[i] >> 6] |= 1UL << _offsets[i];
            }
        }

        public override IEnumerable<(int Offset, int Code)> Pairs()
        {
            for (int i = 0; i < Count; i++)
                yield return (_offsets[i], _codes[i]);
        }
    }

    /// <summary>An array by offset: 4 bytes for each row up to the last that has the field.</summary>
    internal sealed class Dense(int rows) : ColumnCells
    {
        private readonly int[] _cells = new int[Math.Max(rows, 64) * 2];

        public override long EstimatedBytes => (long)sizeof(int) * _cells.Length;

        public override int LastOffset => _cells.AsSpan().LastIndexOfAnyExcept(0);

        public override int CodeAt(int offset) => offset < _cells.Length ? _cells[offset] - 1 : -1;

        public override ColumnCells Append(int offset, int code)
        {
            if (offset >= _cells.Length)
            {
                // A field that has become rare goes back to pairs, so that rows without it cost nothing.
                ColumnCells larger = Count >= offset / 4 ? new Dense(offset + 1) : new Sparse(Count + 1);
                foreach (var (o, c) in Pairs())
                    larger.Append(o, c);
                return larger.Append(offset, code);
            }

            _cells[offset] = code + 1;
            Count++;
            return this;
        }

        public override void Select(ReadOnlySpan<bool> codes, int count, Span<ulong> mask)
        {
            var cells = _cells.AsSpan(0, Math.Min(count, _cells.Length));
            for (int offset = 0; offset < cells.Length; offset++)
            {
                int cell = cells[offset];
                if (cell != 0 && codes[cell - 1])
                    mask[offset >> 6] |= 1UL << offset;
            }
        }

        public override IEnumerable<(int Offset, int Code)> Pairs()
        {
            for (int offset = 0; offset < _cells.Length; offset++)
            {
                if (_cells[offset] != 0)
                    yield return (offset, _cells[offset] - 1);
            }
        }
    }
}
