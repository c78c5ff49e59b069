using IqdbFlat.Engine.Plans;

namespace IqdbFlat.Engine.Tests.Plans;

public class BlockCostsTests
{
    private static readonly ScanCosts Usual = new(StreamRow: 2, StreamByte: 0.06, GatherRow: 20, GatherByte: 0.08, Run: 40);

    [Theory]
    [InlineData(512, 512, 1, SearchPlans.Scan)]
    [InlineData(512, 5, 5, SearchPlans.Gather)]
    [InlineData(512, 256, 250, SearchPlans.Gather)]
    [InlineData(512, 500, 12, SearchPlans.Scan)]
    [InlineData(512, 256, 1, SearchPlans.Runs)]
    [InlineData(512, 510, 3, SearchPlans.Scan)]
    public void The_cheapest_way_is_chosen(int rows, int selected, int runs, SearchPlans plan) =>
        Assert.Equal(plan, new BlockCosts(Usual, rowBytes: 512).Choose(rows, selected, runs));

    [Fact]
    public void Small_rows_are_read_along_where_large_ones_are_not()
    {
        Assert.Equal(SearchPlans.Scan, new BlockCosts(Usual, rowBytes: 64).Choose(512, 200, 190));
        Assert.Equal(SearchPlans.Runs, new BlockCosts(Usual, rowBytes: 3_072).Choose(512, 200, 190));
    }

    [Fact]
    public void Costs_of_a_machine_are_measured_once_and_make_sense()
    {
        var costs = ScanCosts.OfThisMachine;
        Assert.Same(costs, ScanCosts.OfThisMachine);
        Assert.True(costs is { StreamRow: > 0, StreamByte: >= 0, GatherByte: >= 0, Run: > 0, ThreadBandwidth: > 0 }, $"{costs}");
        Assert.True(costs.GatherRow + (64 * costs.GatherByte) >= costs.StreamRow + (64 * costs.StreamByte), $"{costs}");
    }

    [Theory]
    [InlineData(2, 120, 20, 180)]
    [InlineData(2, 5_000, 20, 180)]
    [InlineData(2, 5_000, 20, 5_001)]
    [InlineData(900, 120, 20, 180)]
    [InlineData(900, 5_000, 20, 180)]
    [InlineData(2, 120, 4_000, 180)]
    [InlineData(2, 120, 0.1, 0.1)]
    public void A_disturbed_measurement_makes_no_gathered_row_cheaper_than_a_streamed_one(double smallStream, double largeStream, double smallGather, double largeGather)
    {
        var costs = ScanCalibration.Costs(smallStream, largeStream, smallGather, largeGather, run: 200, bandwidth: 1);
        foreach (int bytes in new[] { 0, 4, 64, 512, 2_048, 262_144 })
            Assert.True(costs.GatherRow + (bytes * costs.GatherByte) >= costs.StreamRow + (bytes * costs.StreamByte), $"{bytes} bytes a row: {costs}");
    }
}
