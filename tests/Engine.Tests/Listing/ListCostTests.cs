namespace IqdbFlat.Engine.Tests.Listing;

/// <summary>What a page costs, counted in segments that a filter is evaluated for and in bytes that are allocated.</summary>
public class ListCostTests
{
    private const int Dimension = 1_024;
    private const int SegmentRows = 1_024;
    private const int Segments = 6;

    [Fact]
    public void A_filtered_page_evaluates_the_segments_of_its_rows_alone()
    {
        using var index = new FlatIndex(Dimension, Metric.Euclidean, new() { Pruning = false });
        index.InsertBatch([.. Enumerable.Range(0, Segments * SegmentRows).Select(i => new Row((ulong)i, new float[Dimension], Metadata.From(("even", i % 2 == 0))))]);
        var options = new ListOptions { Filter = Filter.Eq("even", true), Limit = 300, IncludeVectors = false };
        int rows = 0;
        do
        {
            index.Snapshot.ForgetFilters();
            var page = index.List(options);
            int first = 2 * rows / SegmentRows;
            rows += page.Rows.Count;
            int last = Math.Min(2 * rows / SegmentRows, Segments - 1);
            Assert.Equal(Enumerable.Range(first, last - first + 1), Evaluated(index));
            options = options with { Cursor = page.Cursor };
        }
        while (options.Cursor is not null);
        Assert.Equal(Segments * SegmentRows / 2, rows);
    }

    [Fact]
    public void A_page_finds_rows_that_lie_far_behind_later_ones()
    {
        // Rows whose metadata changes move to the end and keep their place in the order.
        using var index = new FlatIndex(Dimension, Metric.Euclidean, new() { Pruning = false });
        index.InsertBatch([.. Enumerable.Range(0, 2 * SegmentRows).Select(i => new Row((ulong)i, new float[Dimension]))]);
        for (ulong id = 0; id < 2 * SegmentRows; id += 100)
            index.UpdateMetadata(id, Metadata.From(("moved", true)));
        var options = new ListOptions { Filter = Filter.Not(Filter.Eq("other", true)), Limit = 450, IncludeVectors = false };
        var ids = new List<ulong>();
        do
        {
            var page = index.List(options);
            ids.AddRange(page.Rows.Select(row => row.Id.Number));
            options = options with { Cursor = page.Cursor };
        }
        while (options.Cursor is not null);
        Assert.Equal(Enumerable.Range(0, 2 * SegmentRows).Select(id => (ulong)id), ids);
    }

    [Fact]
    public void The_filter_of_a_list_is_kept_for_the_next_page_and_for_searches()
    {
        using var index = new FlatIndex(4, Metric.Euclidean);
        index.InsertBatch([.. Enumerable.Range(0, 500).Select(i => new Row((ulong)i, new float[4], Metadata.From(("even", i % 2 == 0))))]);
        var filter = Filter.Eq("even", true);
        Assert.Equal(10, index.List(new() { Filter = filter, Limit = 10 }).Rows.Count);
        Assert.True(index.Search(new float[4], 1, new() { Filter = Filter.Eq("even", true) }).Explain.Plans.HasFlag(SearchPlans.KeptFilter));
    }

    [Fact]
    public void An_ordered_page_reads_the_fields_of_its_order_and_no_others()
    {
        using var index = Wide(rows: 2_000, fields: 60);
        long bytes = AllocatedBy(() => index.List(new() { OrderBy = [new("f30")], Limit = 1 }));
        Assert.True(bytes < 2_000 * 250, $"{bytes} bytes");
    }

    [Fact]
    public void Rows_passed_over_cost_no_pass_of_their_own()
    {
        using var index = Wide(rows: 2_000, fields: 2);
        long plain = AllocatedBy(() => index.List(new() { OrderBy = [new("f1")], Limit = 1 }));
        long skipping = AllocatedBy(() => index.List(new() { OrderBy = [new("f1")], Limit = 1, Skip = 20 }));
        Assert.True(skipping < 1.5 * plain, $"{skipping} bytes with rows passed over, {plain} without");
    }

    private static FlatIndex Wide(int rows, int fields)
    {
        var index = new FlatIndex(1, Metric.Euclidean);
        index.InsertBatch([.. Enumerable.Range(0, rows).Select(i =>
            new Row((ulong)i, new float[1], Metadata.From(Enumerable.Range(0, fields).Select(field => KeyValuePair.Create($"f{field}", (MetadataValue)(long)((i * 7919) % (rows + field)))))))]);
        return index;
    }

    private static IEnumerable<int> Evaluated(FlatIndex index)
    {
        for (int number = 0; number < Segments; number++)
        {
            if (index.Snapshot.Views[number]!.Segment.KeptMasks.EstimatedBytes > 0)
                yield return number;
        }
    }

    private static long AllocatedBy(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
