namespace IqdbFlat.Engine.Tests;

/// <summary>Random operations on an index and on the oracle, side by side: answers, errors and counts stay equal.</summary>
public class FlatIndexModelTests
{
    [Theory]
    [InlineData(1, Metric.Euclidean, 1, 60, 1_500)]
    [InlineData(2, Metric.Cosine, 3, 400, 1_500)]
    [InlineData(3, Metric.DotProduct, 16, 40, 1_500)]
    [InlineData(4, Metric.Manhattan, 17, 200, 1_500)]
    [InlineData(5, Metric.Hamming, 5, 100, 1_500)]
    [InlineData(6, Metric.SquaredEuclidean, 33, 100, 1_500)]
    [InlineData(7, Metric.Euclidean, 16_384, 60, 400)] // 64 rows a segment: many segments, much compaction
    [InlineData(8, Metric.Euclidean, 65_536, 30, 300)] // 16 rows a segment
    [InlineData(9, Metric.DotProduct, 40_000, 12, 400)]
    public void Random_operations_give_what_the_oracle_gives(int seed, Metric metric, int dimension, int ids, int steps)
    {
        var rows = new RandomRows(seed);
        var random = rows.Random;
        using var index = new FlatIndex(dimension, metric);
        var oracle = new IndexOracle(dimension, metric);
        for (int step = 0; step < steps; step++)
        {
            var id = rows.Id(ids);
            var vector = rows.Vector(dimension);
            var metadata = rows.Metadata();
            switch (random.Next(12))
            {
                case 0 or 1 or 2:
                    Assert.Equal(oracle.Insert(id, vector, metadata) ? null : FlatErrorKind.Duplicate, KindOf(() => index.Insert(id, vector, metadata)));
                    break;
                case 3 or 4:
                    Assert.Equal(oracle.Upsert(id, vector, metadata), index.Upsert(id, vector, metadata));
                    break;
                case 5:
                    Assert.Equal(oracle.Delete(id) ? null : FlatErrorKind.NotFound, KindOf(() => index.Delete(id)));
                    break;
                case 6:
                    Assert.Equal(oracle.UpdateMetadata(id, metadata) ? null : FlatErrorKind.NotFound, KindOf(() => index.UpdateMetadata(id, metadata)));
                    break;
                case 7:
                    RowId[] gone = [.. Enumerable.Range(0, random.Next(5)).Select(_ => rows.Id(ids))];
                    Assert.Equal(gone.Count(oracle.Delete), index.DeleteBatch(gone));
                    break;
                case 8:
                    Row[] upserts = [.. Enumerable.Range(0, random.Next(6)).Select(_ => new Row(rows.Id(ids), rows.Vector(dimension), rows.Metadata()))];
                    foreach (var row in upserts)
                        oracle.Upsert(row.Id, row.Vector.ToArray(), row.Metadata);
                    index.UpsertBatch(upserts);
                    break;
                case 9:
                    InsertBatch(index, oracle, [.. Enumerable.Range(0, random.Next(6)).Select(_ => new Row(rows.Id(ids), rows.Vector(dimension), rows.Metadata()))]);
                    break;
                case 10 when random.Next(40) == 0:
                    oracle.Clear();
                    index.Clear();
                    break;
                default:
                    Search(index, oracle, rows, dimension, ids);
                    break;
            }

            Assert.Equal(oracle.Count, index.Count);
        }

        AssertSameRows(index, oracle);
    }

    private static void Search(FlatIndex index, IndexOracle oracle, RandomRows rows, int dimension, int ids)
    {
        var query = rows.Vector(dimension);
        int k = rows.Random.Next(4) switch { 0 => 0, 1 => int.MaxValue, _ => rows.Random.Next(10) };
        var filter = rows.Random.Next(2) == 0 ? null : rows.Filter(4);
        bool metadata = rows.Random.Next(2) == 0;
        var expected = oracle.Search(query, k, filter, metadata);
        var found = index.Search(query, k, new SearchOptions { Filter = filter, IncludeMetadata = metadata });
        IndexOracle.AssertSame(expected, found.Hits);
        var id = rows.Id(ids);
        Assert.Equal(oracle.Get(id) is not null, index.Exists(id));
        if (k > 0)
        {
            int matches = oracle.Search(query, int.MaxValue, filter).Length;
            Assert.Equal((oracle.Count, oracle.Count - matches, matches), (found.Explain.Rows, found.Explain.Filtered, found.Explain.Scanned + found.Explain.Pruned));
        }
    }

    private static void InsertBatch(FlatIndex index, IndexOracle oracle, Row[] rows)
    {
        int bad = Array.FindIndex(rows, row => !oracle.Insert(row.Id, row.Vector.ToArray(), row.Metadata));
        if (bad >= 0)
        {
            // The oracle's loop stops at the first that fails, as the index must.
            var error = Assert.Throws<FlatIndexException>(() => index.InsertBatch(rows));
            Assert.Equal(FlatErrorKind.Duplicate, error.Kind);
            Assert.Equal(bad, error.Error.Item);
            Assert.Equal(Enumerable.Range(bad, rows.Length - bad), error.Error.NotApplied);
        }
        else
        {
            index.InsertBatch(rows);
        }
    }

    private static void AssertSameRows(FlatIndex index, IndexOracle oracle)
    {
        foreach (var expected in oracle.Rows)
        {
            var found = index.Get(expected.Id);
            Assert.NotNull(found);
            Assert.Equal((expected.Metadata, expected.Sequence), (found.Value.Metadata, found.Value.Sequence));
            Assert.True(expected.Vector.Span.SequenceEqual(found.Value.Vector.Span));
        }

        var inOrder = index.Snapshot.RowsAfter(0, int.MaxValue).Select(index.Snapshot.SequenceOf);
        Assert.Equal(oracle.Rows.Select(row => row.Sequence).Order(), inOrder);
    }

    private static FlatErrorKind? KindOf(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (FlatIndexException error)
        {
            return error.Kind;
        }
    }
}
