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
        fixed (int* d = dots)
        {
            switch (kind)
            {
                case DotsKind.Vnni:
                    Avx2Dots<VnniStep>.Compute(q, c, stride, dots.Length, d);
                    break;
                case DotsKind.Avx2:
                    Avx2Dots<MaddStep>.Compute(q, c, stride, dots.Length, d);
                    break;
                case DotsKind.Arm:
                    ArmDots.Compute(q, c, stride, dots.Length, d);
                    break;
                case DotsKind.Vector128:
                    Vector128Dots.Compute(q, c, stride, dots.Length, d);
                    break;
                default:
                    ScalarDots.Compute(q, c, stride, dots.Length, d);
                    break;
            }
        }

        return dots;
    }
}
