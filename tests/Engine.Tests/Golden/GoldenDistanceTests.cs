using IqdbFlat.Cli.Conformance;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Tests.Golden;

namespace IqdbFlat.Engine.Tests.Golden;

public class GoldenDistanceTests
{
    [Fact]
    public void Distances_of_upstream_that_are_exact_have_the_same_bits()
    {
        int distances = 0;
        foreach (GoldenCase golden in GoldenFile.Cases.Where(c => c.Expect.Hits is not null && c.Tolerance is null))
        {
            Dictionary<RowId, ReadOnlyMemory<float>> rows = [];
            foreach (GoldenOperation operation in golden.Operations)
            {
                // Of one id, the last row that went in is the live one; those of a failed operation come before or do not count.
                foreach (Row row in operation.Rows.Where(row => operation.Error is null || !rows.ContainsKey(row.Id)))
                {
                    rows[row.Id] = row.Vector;
                }

                if (operation.Kind == GoldenOperationKind.Delete)
                {
                    rows.Remove(operation.Id);
                }
            }

            foreach (var hit in golden.Expect.Hits!)
            {
                ReadOnlySpan<float> row = rows[hit.Id].Span;
                uint expected = BitConverter.SingleToUInt32Bits(hit.Distance);
                uint reference = BitConverter.SingleToUInt32Bits(ReferenceDistance.Compute(golden.Metric, golden.Query, row));
                uint found = BitConverter.SingleToUInt32Bits(CanonicalDistance.Compute(golden.Metric, golden.Query, row));
                Assert.True(expected == reference && expected == found, $"{golden.Name}, row {hit.Id}: expected {expected:X8}, reference {reference:X8}, found {found:X8}");
                distances++;
            }
        }

        Assert.InRange(distances, 1_000, int.MaxValue);
    }
}
