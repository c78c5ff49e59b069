using System.Runtime.InteropServices;
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
                var query = new sbyte[stride + sizeof(int)];
                var codes = new sbyte[Rows * stride];
                for (int j = 0; j < stride; j++)
                {
                    query[j] = (sbyte)(Code(random, extreme) / 2);
                }

                TakeSum(query);
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
        var query = new sbyte[stride + sizeof(int)];
        query.AsSpan().Fill(QueryCodes.MostCode);
        TakeSum(query);
        var codes = new sbyte[4 * stride];
        codes.AsSpan().Fill(-RowEncoder.MostCode);
        var opposite = new sbyte[4 * stride];
        opposite.AsSpan().Fill(RowEncoder.MostCode);
        foreach (var kind in Enum.GetValues<DotsKind>().Where(BlockBounds.IsSupported))
        {
            Assert.All(Compute(kind, query, codes, stride), dot => Assert.Equal(-63 * 127 * 65_536, dot));
            Assert.All(Compute(kind, query, opposite, stride), dot => Assert.Equal(63 * 127 * 65_536, dot));
        }
    }

    /// <summary>Writes what is expected behind the codes of a query.</summary>
    private static void TakeSum(sbyte[] query)
    {
        int sum = 0;
        foreach (sbyte code in query.AsSpan(0, query.Length - sizeof(int)))
            sum += code;
        MemoryMarshal.Write(MemoryMarshal.AsBytes(query.AsSpan(query.Length - sizeof(int))), QueryCodes.Above * sum);
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
                for (int i = 0; i < 4; i++)
                    Assert.Equal(dots[row + i], One(kind, q, first + (i * stride), stride));
            }
        }

        return dots;
    }

    private static int One(DotsKind kind, sbyte* query, sbyte* row, int stride) => kind switch
    {
        DotsKind.Vnni => Avx2Dots<VnniStep>.One(query, row, stride),
        DotsKind.Avx2 => Avx2Dots<MaddStep>.One(query, row, stride),
        DotsKind.Arm => ArmDots.One(query, row, stride),
        DotsKind.Vector128 => Vector128Dots.One(query, row, stride),
        _ => ScalarDots.One(query, row, stride),
    };

    private static Vector128<int> Four(DotsKind kind, sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, int stride) => kind switch
    {
        DotsKind.Vnni => Avx2Dots<VnniStep>.Four(query, row0, row1, row2, row3, stride, 0),
        DotsKind.Avx2 => Avx2Dots<MaddStep>.Four(query, row0, row1, row2, row3, stride, 0),
        DotsKind.Arm => ArmDots.Four(query, row0, row1, row2, row3, stride, 0),
        DotsKind.Vector128 => Vector128Dots.Four(query, row0, row1, row2, row3, stride, 0),
        _ => ScalarDots.Four(query, row0, row1, row2, row3, stride, 0),
    };
}
