using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Columns;

/// <summary>For each row of a segment the rank of its value: an array by row where most rows have the field, pairs with rising rows where few do. Immutable.</summary>
internal abstract class RowRanks
{
    private const int RowsInWord = 64;

    /// <summary>Bytes, estimated.</summary>
    public abstract long EstimatedBytes { get; }

    /// <summary>Whether <see cref="Select"/> can be used.</summary>
    public abstract bool CanSelect { get; }

    /// <summary>The ranks of the rows that cells hold, below <paramref name="rows"/>.</summary>
    /// <param name="cells">Rows and codes.</param>
    /// <param name="rankOf">The rank of each code.</param>
    /// <param name="rows">Rows up to the last that has the field.</param>
    public static RowRanks Of(ColumnCells cells, int[] rankOf, int rows)
    {
        if (cells.Count < rows / 4)
            return new Few(cells, rankOf);
        return rankOf.Length <= byte.MaxValue ? new Bytes(cells, rankOf, rows) : new Shorts(cells, rankOf, rows);
    }

    /// <summary>The rank of a row that has the field.</summary>
    public abstract int At(int offset);

    /// <summary>Sets the bits of the rows whose ranks lie in a range that is not empty, in the words that the mask has.</summary>
    public abstract void Select(RankRange range, Span<ulong> mask);

    // Arrays end with a whole word of rows, so that a step never looks past them.
    private static int Padded(int rows) => (rows + RowsInWord - 1) & -RowsInWord;

    /// <summary>At most 255 values: a byte a row, 255 where the row lacks the field.</summary>
    private sealed class Bytes : RowRanks
    {
        private readonly byte[] _ranks;

        public Bytes(ColumnCells cells, int[] rankOf, int rows)
        {
            _ranks = new byte[Padded(rows)];
            _ranks.AsSpan().Fill(byte.MaxValue);
            foreach (var (offset, code) in cells.Pairs())
                _ranks[offset] = (byte)rankOf[code];
        }

        public override long EstimatedBytes => _ranks.LongLength;

        public override bool CanSelect => true;

        public override int At(int offset) => _ranks[offset];

        public override void Select(RankRange range, Span<ulong> mask)
        {
            var first = Vector256.Create((byte)range.First);
            var span = Vector256.Create((byte)(range.Length - 1));
            int words = Math.Min(mask.Length, _ranks.Length / RowsInWord);
            for (int word = 0; word < words; word++)
            {
                // What lies below the range wraps round and is large.
                var ranks = _ranks.AsSpan(word * RowsInWord, RowsInWord);
                ulong low = Vector256.LessThanOrEqual(Vector256.Create<byte>(ranks) - first, span).ExtractMostSignificantBits();
                ulong high = Vector256.LessThanOrEqual(Vector256.Create<byte>(ranks[32..]) - first, span).ExtractMostSignificantBits();
                mask[word] |= low | (high << 32);
            }
        }
    }

    /// <summary>More values: 16 bits a row, 65,535 where the row lacks the field. A segment has 65,536 rows at the most, so no rank is that where a row lacks it.</summary>
    private sealed class Shorts : RowRanks
    {
        private readonly ushort[] _ranks;
        private readonly int _rows;

        public Shorts(ColumnCells cells, int[] rankOf, int rows)
        {
            _rows = rows;
            _ranks = new ushort[Padded(rows)];
            _ranks.AsSpan().Fill(ushort.MaxValue);
            foreach (var (offset, code) in cells.Pairs())
                _ranks[offset] = (ushort)rankOf[code];
        }

        public override long EstimatedBytes => sizeof(ushort) * _ranks.LongLength;

        public override bool CanSelect => true;

        public override int At(int offset) => _ranks[offset];

        public override void Select(RankRange range, Span<ulong> mask)
        {
            var first = Vector256.Create((ushort)range.First);
            var span = Vector256.Create((ushort)(range.Length - 1));
            int words = Math.Min(mask.Length, _ranks.Length / RowsInWord);
            for (int word = 0; word < words; word++)
            {
                var ranks = _ranks.AsSpan(word * RowsInWord, RowsInWord);
                ulong low = Vector256.Narrow(In(ranks, first, span), In(ranks[16..], first, span)).ExtractMostSignificantBits();
                ulong high = Vector256.Narrow(In(ranks[32..], first, span), In(ranks[48..], first, span)).ExtractMostSignificantBits();
                ulong bits = low | (high << 32);

                // The padding may look like the last of 65,536 values.
                int left = _rows - (word * RowsInWord);
                mask[word] |= left >= RowsInWord ? bits : bits & ((1UL << left) - 1);
            }
        }

        private static Vector256<ushort> In(ReadOnlySpan<ushort> ranks, Vector256<ushort> first, Vector256<ushort> span) =>
            Vector256.LessThanOrEqual(Vector256.Create(ranks) - first, span);
    }

    /// <summary>Pairs: four bytes for each row that has the field.</summary>
    private sealed class Few : RowRanks
    {
        private readonly ushort[] _offsets;
        private readonly ushort[] _ranks;

        public Few(ColumnCells cells, int[] rankOf)
        {
            _offsets = new ushort[cells.Count];
            _ranks = new ushort[cells.Count];
            int at = 0;
            foreach (var (offset, code) in cells.Pairs())
            {
                _offsets[at] = (ushort)offset;
                _ranks[at++] = (ushort)rankOf[code];
            }
        }

        public override long EstimatedBytes => 2 * sizeof(ushort) * _offsets.LongLength;

        public override bool CanSelect => false;

        public override int At(int offset) => _ranks[_offsets.AsSpan().BinarySearch((ushort)offset)];

        public override void Select(RankRange range, Span<ulong> mask) => throw new InvalidOperationException("Pairs are selected by their posting lists.");
    }
}
