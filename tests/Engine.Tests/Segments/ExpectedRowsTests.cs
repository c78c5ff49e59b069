using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

public class ExpectedRowsTests
{
    /// <summary>What was said of the number of rows changes where they lie and nothing that anyone can read.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public void Rows_that_were_expected_are_the_same_as_those_that_were_not(int expected)
    {
        const int Rows = 20_000;
        var plain = Fill(null, Rows);
        var found = Fill(expected, Rows);
        Assert.Equal(plain.Count, found.Snapshot.Count);
        for (ulong id = 0; id < Rows + 10; id++)
        {
            Assert.Equal(plain.TryFind(id, out int row), found.Snapshot.TryFind(id, out int other));
            if (row < 0)
                continue;
            var (left, right) = (plain.Read(row), found.Snapshot.Read(other));
            Assert.Equal((left.Id, left.Sequence), (right.Id, right.Sequence));
            Assert.True(left.Vector.Span.SequenceEqual(right.Vector.Span));
        }

        using var writer = found.Store.BeginWrite();
        writer.Put(Rows, Rows + 1, new float[128]);
        writer.Publish();
        Assert.Equal(plain.Count + 1, found.Store.Count);
    }

    private static RowSnapshot Fill(int? expected, int rows) => Fill(expected ?? -1, rows).Snapshot;

    private static (RowStore Store, RowSnapshot Snapshot) Fill(int expected, int rows)
    {
        var store = new RowStore(128, Metric.Euclidean);
        using var writer = store.BeginWrite();
        if (expected >= 0)
            writer.Expect(expected);
        float[] vector = new float[128];
        for (int row = 0; row < rows; row++)
        {
            vector[row % 128] = row;
            writer.Put((ulong)row % 15_000, (ulong)row + 1, vector);
        }

        writer.Publish();
        return (store, store.Snapshot);
    }
}
