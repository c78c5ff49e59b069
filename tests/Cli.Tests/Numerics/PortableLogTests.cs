using CsCheck;
using IqdbFlat.Cli.Numerics;

namespace IqdbFlat.Cli.Tests.Numerics;

public class PortableLogTests
{
    [Fact]
    public void It_is_the_logarithm() => Gen.Double.Where(x => double.IsNormal(x) && x > 0 && x != 1).Sample(
        x => Math.Abs(PortableLog.Of(x) - Math.Log(x)) <= 1e-15 * Math.Abs(Math.Log(x)),
        iter: 100_000);

    [Fact]
    public void Near_one_it_keeps_its_relative_error() => Gen.Double[0.5, 2].Where(x => x != 1).Sample(
        x => Math.Abs(PortableLog.Of(x) - Math.Log(x)) <= 1e-15 * Math.Abs(Math.Log(x)),
        iter: 100_000);

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.Epsilon)]
    public void Anything_else_is_refused(double x) => Assert.Throws<ArgumentOutOfRangeException>(() => PortableLog.Of(x));
}
