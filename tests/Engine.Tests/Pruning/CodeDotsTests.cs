using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Dots;

namespace IqdbFlat.Engine.Tests.Pruning;

public unsafe class CodeDotsTests
{
    private const int Rows = 64;

    public static TheoryData<string> Kinds => [.. Enum.GetNames<DotsKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_instruction_set_gives_the_integers_of_the_scalar_loop(string name)
    {
        var kind = Enum.Parse<DotsKind>(name);
        Assert.SkipUnless(BlockBounds.IsSupported(kind), $"this processor has no {kind}");
        var random = new Random(41);
        foreach (int stride in new[] { 64, 128, 192, 768, 4_096 })
        {
            foreach (bool extreme in new[] { false, true })
            {
                var query = new sbyte[2 * stride];
                var codes = new sbyte[Rows * stride];
                for (int j = 0; j < stride; j++)
                {
                    query[j] = Code(random, extreme);
                    query[stride + j] = Math.Abs(query[j]);
                }

                for (int j = 0; j < codes.Length; j++)
                    codes[j] = Code(random, extreme);
                Assert.Equal(Compute(DotsKind.Scalar, query, codes, stride), Compute(kind, query, codes, stride));
            }
        }
    }

    [Fact]
    public void The_largest_product_there_is_fits()
    {
        int stride = Limits.Dimension;
        var query = new sbyte[2 * stride];
        query.AsSpan().Fill(RowEncoder.MostCode);
        var codes = new sbyte[4 * stride];
        codes.AsSpan().Fill(-RowEncoder.MostCode);
        foreach (var kind in Enum.GetValues<DotsKind>().Where(BlockBounds.IsSupported))
            Assert.All(Compute(kind, query, codes, stride), dot => Assert.Equal(-127 * 127 * 65_536, dot));
    }

    private static sbyte Code(Random random, bool extreme) => (sbyte)(extreme ? (random.Next(2) * 254) - 127 : random.Next(-127, 128));

    private static int[] Compute(DotsKind kind, sbyte[] query, sbyte[] codes, int stride)
    {
        int[] dots = new int[codes.Length / stride];
        fixed (sbyte* q = query, c = codes)
        {
            for (int row = 0; row < dots.Length; row += 4)
            {
                sbyte* first = c + (row * stride);
                Four(kind, q, first, first + stride, first + (2 * stride), first + (3 * stride), stride).CopyTo(dots, row);
            }
        }

        return dots;
    }

    private static Vector128<int> Four(DotsKind kind, sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, int stride) => kind switch
    {
        DotsKind.Vnni => Avx2Dots<VnniStep>.Four(query, row0, row1, row2, row3, stride, 0),
        DotsKind.Avx2 => Avx2Dots<MaddStep>.Four(query, row0, row1, row2, row3, stride, 0),
        DotsKind.Arm => ArmDots.Four(query, row0, row1, row2, row3, stride, 0),
        DotsKind.Vector128 => Vector128Dots.Four(query, row0, row1, row2, row3, stride, 0),
        _ => ScalarDots.Four(query, row0, row1, row2, row3, stride, 0),
    };
}
