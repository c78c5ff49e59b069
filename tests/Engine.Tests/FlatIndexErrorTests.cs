using System.Globalization;
using IqdbFlat.Engine.Scan;

namespace IqdbFlat.Engine.Tests;

/// <summary>Every error of the contract, the order of the checks, and that nothing was written.</summary>
public class FlatIndexErrorTests
{
    private static readonly RowId NoId = RowId.FromBytes([]);
    private static readonly RowId LongId = RowId.FromBytes(new byte[Limits.IdBytes + 1]);
    private static readonly Metadata TooManyFields =
        Metadata.From(Enumerable.Range(0, Limits.MetadataFields + 1).Select(i => KeyValuePair.Create($"f{i}", (MetadataValue)i)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Limits.Dimension + 1)]
    public void A_dimension_out_of_bounds_makes_no_index(int dimension) =>
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new FlatIndex(dimension, Metric.Cosine).Dispose()));

    [Fact]
    public void A_metric_that_does_not_exist_makes_no_index() =>
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new FlatIndex(1, (Metric)77).Dispose()));

    [Theory]
    [InlineData(0)]
    [InlineData(1_025)]
    [InlineData(int.MaxValue)]
    public void No_threads_or_too_many_make_no_index(int threads) =>
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new FlatIndex(1, Metric.Cosine, new FlatIndexOptions { Threads = threads }).Dispose()));

    [Fact]
    public void Insert_checks_id_then_dimension_then_finiteness_then_metadata_then_duplicate()
    {
        using var index = OneRow();
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.Insert(NoId, [float.NaN], TooManyFields)));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.Insert(LongId, [float.NaN], TooManyFields)));
        Assert.Equal(FlatErrorKind.DimensionMismatch, Kind(() => index.Insert(1, [float.NaN], TooManyFields)));
        Assert.Equal(FlatErrorKind.InvalidVector, Kind(() => index.Insert(1, [0, float.NegativeInfinity], TooManyFields)));
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, Kind(() => index.Insert(1, [0, 0], TooManyFields)));
        Assert.Equal(FlatErrorKind.Duplicate, Kind(() => index.Insert(1, [0, 0])));
        AssertUntouched(index);
    }

    [Fact]
    public void Upsert_checks_as_insert_does_and_never_calls_a_duplicate()
    {
        using var index = OneRow();
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.Upsert(NoId, [float.NaN])));
        Assert.Equal(FlatErrorKind.DimensionMismatch, Kind(() => index.Upsert(1, [float.NaN])));
        Assert.Equal(FlatErrorKind.InvalidVector, Kind(() => index.Upsert(1, [0, float.NaN])));
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, Kind(() => index.Upsert(1, [0, 0], TooManyFields)));
        AssertUntouched(index);
        Assert.True(index.Upsert(1, [3, 4]));
        Assert.False(index.Upsert(2, [3, 4]));
    }

    [Fact]
    public void Other_calls_check_the_id_first_and_then_whether_it_is_there()
    {
        using var index = OneRow();
        foreach (var id in new[] { NoId, LongId })
        {
            Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.Delete(id)));
            Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.Get(id)));
            Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.Exists(id)));
            Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.UpdateMetadata(id, TooManyFields)));
            Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.DeleteBatch([1, id])));
        }

        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, Kind(() => index.UpdateMetadata(2, TooManyFields)));
        Assert.Equal(FlatErrorKind.NotFound, Kind(() => index.UpdateMetadata(2, null)));
        Assert.Equal(FlatErrorKind.NotFound, Kind(() => index.Delete(2)));
        Assert.Equal(FlatErrorKind.NotFound, Kind(() => index.Delete(RowId.FromBytes([1]))));
        Assert.Null(index.Get(2));
        AssertUntouched(index);
    }

    [Fact]
    public void An_insert_batch_keeps_what_came_before_its_first_bad_item()
    {
        using var index = OneRow();
        Row[] rows = [new(10, new float[2]), new(11, new float[2]), new(10, new float[2]), new(12, new float[2])];
        var error = Assert.Throws<FlatIndexException>(() => index.InsertBatch(rows));
        Assert.Equal((FlatErrorKind.Duplicate, 2, (RowId?)10), (error.Kind, error.Error.Item, error.Error.Id));
        Assert.Equal([2, 3], error.Error.NotApplied);
        Assert.Equal(3, index.Count);
        index.Insert(13, new float[2]);
        Assert.Equal([1UL, 2UL, 3UL, 4UL], index.Search(new float[2], 9).Hits.Select(hit => hit.Sequence).Order());
    }

    [Fact]
    public void An_upsert_batch_stops_at_a_bad_item_and_a_repeated_id_takes_its_last_value()
    {
        using var index = OneRow();
        index.UpsertBatch([new(10, new float[] { 1, 1 }), new(1, new float[] { 2, 2 }), new(10, new float[] { 3, 3 })]);
        Assert.Equal([3f, 3f], index.Get(10)!.Value.Vector.ToArray());
        Assert.Equal(2, index.Count);
        var error = Assert.Throws<FlatIndexException>(() => index.UpsertBatch([new(20, new float[2]), new(21, new float[3])]));
        Assert.Equal((FlatErrorKind.DimensionMismatch, 1, 2L, 3L), (error.Kind, error.Error.Item, error.Error.Expected, error.Error.Found));
        Assert.Equal(3, index.Count);
    }

    [Fact]
    public void Delete_batch_counts_a_repeated_id_once()
    {
        using var index = OneRow();
        index.Insert(2, [0, 0]);
        Assert.Equal(2, index.DeleteBatch([1, 2, 1, 3, RowId.FromBytes([2])]));
        Assert.Equal(0, index.Count);
        Assert.Equal(0, index.DeleteBatch([]));
    }

    [Fact]
    public void Search_checks_dimension_then_finiteness_then_metric_then_k_then_the_filter()
    {
        using var index = OneRow();
        var tooDeep = Filter.And();
        for (int i = 0; i < Limits.FilterDepth; i++)
            tooDeep = Filter.Not(tooDeep);
        var wrong = new SearchOptions { Metric = Metric.Hamming, Filter = tooDeep };
        var deep = new SearchOptions { Metric = Metric.Euclidean, Filter = tooDeep };
        Assert.Equal(FlatErrorKind.DimensionMismatch, Kind(() => index.Search([float.NaN], 1, wrong)));
        Assert.Equal(FlatErrorKind.InvalidVector, Kind(() => index.Search([float.NaN, 0], 1, wrong)));
        Assert.Equal(FlatErrorKind.InvalidMetric, Kind(() => index.Search([0, 0], -1, wrong)));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => index.Search([0, 0], -1, deep)));
        Assert.Equal(FlatErrorKind.InvalidFilter, Kind(() => index.Search([0, 0], 1, deep)));
        Assert.Empty(index.Search([0, 0], 0, deep).Hits);
        index.Clear();
        Assert.Empty(index.Search([0, 0], 1, deep).Hits);
        Assert.Equal(FlatErrorKind.InvalidMetric, Kind(() => index.Search([0, 0], 1, wrong)));
    }

    [Fact]
    public void The_first_error_in_the_order_of_the_queries_fails_a_search_batch()
    {
        using var index = OneRow();
        var error = Assert.Throws<FlatIndexException>(() => index.SearchBatch([new float[2], new float[3], new float[] { 0, float.NaN }], 1));
        Assert.Equal((FlatErrorKind.DimensionMismatch, 1), (error.Kind, error.Error.Item));
        var answers = index.SearchBatch([new float[] { 1, 2 }, new float[] { 4, 6 }], 1);
        Assert.Equal([0f, 5f], answers.Select(answer => answer.Hits[0].Distance));
    }

    [Fact]
    public void A_cancelled_search_says_so()
    {
        foreach (int threads in new[] { 1, 2 })
        {
            using var index = new FlatIndex(2, Metric.Euclidean, new FlatIndexOptions { Threads = threads });
            index.Insert(1, [1, 2]);
            Assert.ThrowsAny<OperationCanceledException>(() => index.Search([0, 0], 1, null, new CancellationToken(canceled: true)));
        }
    }

    [Fact]
    public void Messages_do_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat = new NumberFormatInfo { NegativeSign = "minus ", NaNSymbol = "no number", PositiveInfinitySymbol = "endless", NegativeInfinitySymbol = "minus endless" };
        Action<FlatIndex>[] calls =
        [
            index => index.Search([0, float.NaN], 1),
            index => index.Search([0, float.PositiveInfinity], 1),
            index => index.Insert(2, [0, float.NegativeInfinity]),
            index => index.Search([0, 0], -1),
            _ => new FlatIndex(-1, Metric.Cosine).Dispose(),
            _ => new FlatIndex(1, Metric.Cosine, new FlatIndexOptions { Threads = -1 }).Dispose(),
            _ => new ScanScheduler(-1).Dispose(),
            _ => new ScanScheduler(1, -1).Dispose(),
            _ => FilterText.Parse("a = -9223372036854775809"),
        ];
        using var index = OneRow();
        try
        {
            foreach (var call in calls)
            {
                CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
                string expected = Assert.Throws<FlatIndexException>(() => call(index)).Message;
                CultureInfo.CurrentCulture = culture;
                Assert.Equal(expected, Assert.Throws<FlatIndexException>(() => call(index)).Message);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Clear_removes_every_row_and_the_order_of_insertion_goes_on()
    {
        using var index = OneRow();
        index.Clear();
        Assert.Equal((0, false), (index.Count, index.Exists(1)));
        index.Insert(1, [1, 2]);
        Assert.Equal(2UL, index.Get(1)!.Value.Sequence);
        index.Flush();
        Assert.Equal((1L, 0L, "flat"), (index.Stats.Vectors, index.Stats.DiskBytes, index.Stats.IndexType));
        Assert.True(index.Stats.MemoryBytes > 0);
    }

    private static FlatIndex OneRow()
    {
        var index = new FlatIndex(2, Metric.Euclidean);
        index.Insert(1, [1, 2], Metadata.From(("a", 1L)));
        return index;
    }

    private static void AssertUntouched(FlatIndex index)
    {
        Assert.Equal(1, index.Count);
        var row = index.Get(1)!.Value;
        Assert.Equal((1UL, Metadata.From(("a", 1L))), (row.Sequence, row.Metadata));
        Assert.Equal([1f, 2f], row.Vector.ToArray());
    }

    private static FlatErrorKind Kind(Action action)
    {
        var error = Assert.Throws<FlatIndexException>(action);
        Assert.DoesNotContain('\n', error.Message);
        return error.Kind;
    }
}
