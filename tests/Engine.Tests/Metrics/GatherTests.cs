using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Tests.Metrics;

public class GatherTests
{
    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.DotProduct)]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Hamming)]
    [InlineData(Metric.SquaredEuclidean)]
    public void Gathered_rows_have_the_bits_of_streamed_ones(Metric metric)
    {
        foreach (var lanes in Enum.GetValues<LanesKind>().Where(KernelSelection.IsSupported))
            CheckAgainstStream(lanes, metric);
    }

    private static unsafe void CheckAgainstStream(LanesKind lanes, Metric metric)
    {
        var random = new RandomRows((int)metric);
        foreach (int dimension in new[] { 1, 15, 16, 17, 100, 128, 1_000, 2_100 })
        {
            const int Rows = 40;
            int stride = PreparedQuery.StrideOf(dimension);
            var rows = new float[Rows * stride];
            for (int row = 0; row < Rows; row++)
                random.Vector(dimension).CopyTo(rows, row * stride);
            var query = new PreparedQuery(metric, random.Vector(dimension));
            fixed (float* start = rows)
            {
                var all = new float[Rows];
                fixed (float* streamed = all)
                    DistanceScan.Compute(lanes, query, start, Rows, streamed);
                foreach (int count in new[] { 0, 1, 2, 3, 4, 5, 7, 8, 33 })
                {
                    int[] places = [.. Enumerable.Range(0, count).Select(_ => random.Random.Next(Rows))];
                    var found = new float[count + 1];
                    found[count] = -7;
                    fixed (float* gathered = found)
                    fixed (int* list = places)
                        DistanceScan.Gather(lanes, query, start, list, count, new GatherNext(start, list, count % 3), gathered);
                    Assert.Equal(places.Select(place => BitConverter.SingleToUInt32Bits(all[place])), found[..count].Select(BitConverter.SingleToUInt32Bits));
                    Assert.Equal(-7, found[count]);
                }
            }
        }
    }
}
