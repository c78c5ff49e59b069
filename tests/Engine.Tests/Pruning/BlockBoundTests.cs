using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Tests.Pruning;

public unsafe class BlockBoundTests
{
    private const int Dimension = 70;
    private const int Blocks = 5;

    private static readonly CodeLayout Layout = new(Dimension, 1_024, BoundForm.Distance);

    private readonly byte[] _blocks = new byte[Layout.BytesFor(Blocks * Layout.BlockRows)];
    private readonly float[] _query = new float[Dimension];

    public BlockBoundTests() => _query[0] = RowEncoder.MostCode;

    [Fact]
    public void Skipping_ends_at_the_first_block_with_a_row_that_may_be_near()
    {
        Fill(near: (2 * Layout.BlockRows) + 17);
        Assert.Equal((2, ~(1UL << 17)), Skip(0, Blocks));
        Assert.Equal((0, ~(1UL << 17)), Skip(2, 3));
    }

    [Fact]
    public void Skipping_ends_at_the_last_block_where_all_rows_are_out()
    {
        Fill(near: null);
        Assert.Equal((Blocks - 1, ulong.MaxValue), Skip(0, Blocks));
        Assert.Equal((0, ulong.MaxValue), Skip(1, 1));
    }

    [Fact]
    public void The_rest_of_the_query_puts_out_a_row_that_its_codes_leave()
    {
        // The query is half a step off its codes wherever it is not at their end, and the row lies where those steps are taken the other way.
        _query.AsSpan().Fill(0.5f);
        _query[0] = RowEncoder.MostCode;
        Fill(near: 3);
        var code = Code();
        var bound = BlockBounds.Create(BlockBounds.Fastest, code, Layout);
        float distance = MathF.BitDecrement(CanonicalDistance.Compute(Metric.Euclidean, _query, Row(3, 3)));
        float nearer = distance * 0.999f;
        fixed (byte* start = _blocks)
        {
            Assert.Equal(0UL, bound.Out(start, code.LimitOf(nearer)) & 8);
            Assert.Equal(8UL, bound.FineOut(start, 8, code.FineLimitOf(nearer), null));
            int* dots = stackalloc int[Layout.BlockRows];
            bound.Skip(start, 1, code.LimitOf(nearer), dots, out _);
            Assert.Equal(8UL, bound.FineOut(start, 8, code.FineLimitOf(nearer), dots));
            Assert.Equal(bound.FineOut(start, ulong.MaxValue, code.FineLimitOf(50), null), bound.FineOut(start, ulong.MaxValue, code.FineLimitOf(50), dots));
            for (int row = 0; row < Layout.BlockRows; row++)
                Assert.Equal(bound.FineOut(start, 1UL << row, code.FineLimitOf(102), null), bound.FineOut(start, 1UL << row, code.FineLimitOf(102), dots));
        }
    }

    private (int Skipped, ulong Out) Skip(int first, int blocks)
    {
        var code = Code();
        fixed (byte* start = _blocks)
        {
            int* dots = stackalloc int[Layout.BlockRows];
            int skipped = BlockBounds.Create(BlockBounds.Fastest, code, Layout)
                .Skip(start + Layout.BlockOf(first * Layout.BlockRows), blocks, code.LimitOf(50), dots, out ulong result);
            return (skipped, result);
        }
    }

    private QueryCode Code() => new(new PreparedQuery(Metric.Euclidean, _query), Layout);

    private void Fill(int? near)
    {
        float[] padded = new float[PreparedQuery.StrideOf(Dimension)];
        fixed (byte* start = _blocks)
        fixed (float* components = padded)
        {
            for (int row = 0; row < Blocks * Layout.BlockRows; row++)
            {
                Row(row, near).CopyTo(padded, 0);
                CodeBlocks.Write(start, Layout, row, components, padded.Length);
            }
        }
    }

    /// <summary>Whole numbers, whose codes leave nothing out: one row is 5 off the query, the others 100 and more.</summary>
    private float[] Row(int row, int? near)
    {
        float[] vector = new float[Dimension];
        vector[0] = RowEncoder.MostCode;
        vector[1] = row == near ? 5 : 100 + (row % 7);
        return vector;
    }
}
