using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.Scan;

public unsafe class RowOfferTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_offered_by_sixteens_give_what_each_by_itself_gives(bool squares)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 20_000; round++)
        {
            int count = random.Next(1, 120);
            int k = random.Next(1, 12);
            float[] measured = [.. Enumerable.Range(0, count).Select(_ => Measured(random, squares))];

            // Rows come in no order of their sequences, as they do after an upsert: a tie in any place may win.
            ulong[] sequences = [.. Enumerable.Range(1, count).Select(sequence => (ulong)sequence)];
            random.Shuffle(sequences);
            FakeRows rows = new(sequences, Dead: random.Next(count + 5));
            int[] offsets = [.. Enumerable.Range(0, count)];
            BoundedTopK one = new(k), block = new(k), gathered = new(k);
            fixed (float* at = measured)
            {
                for (int row = 0; row < count; row++)
                    new RowOffer<FakeRows>(rows, one, squares).One(row, measured[row]);
                int first = random.Next(count);
                new RowOffer<FakeRows>(rows, block, squares).Block(0, first, at);
                new RowOffer<FakeRows>(rows, block, squares).Block(first, count - first, at + first);
                new RowOffer<FakeRows>(rows, gathered, squares).Gathered(offsets.AsSpan(0, first), at);
                new RowOffer<FakeRows>(rows, gathered, squares).Gathered(offsets.AsSpan(first), at + first);
            }

            var expected = Held(one);
            Assert.True(expected.SequenceEqual(Held(block)), $"seed {seed}, round {round}: in a block");
            Assert.True(expected.SequenceEqual(Held(gathered)), $"seed {seed}, round {round}: gathered");
        }
    }

    /// <summary>Few values, so that many are equal, and some roots of different squares; zeros of both signs and what is no number.</summary>
    private static float Measured(Random random, bool squares) => random.Next(8) switch
    {
        0 => 0,
        1 => squares ? 0 : -0f,
        2 => float.PositiveInfinity,
        3 => BitConverter.UInt32BitsToSingle(0x7FC00000),
        4 => squares ? 16_777_216 : -random.Next(3),
        5 => 16_777_218,
        _ => random.Next(4),
    };

    private static Candidate[] Held(BoundedTopK nearest)
    {
        return nearest.ToSortedArray();
    }

    private readonly record struct FakeRows(ulong[] Sequences, int Dead) : ITileRows
    {
        public bool TryAt(int offset, out ulong sequence, out int row)
        {
            (sequence, row) = (Sequences[offset], offset);
            return offset != Dead;
        }

        public void Fetch(int offset)
        {
        }
    }
}
