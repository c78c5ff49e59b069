using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Centres;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Pruning.Centres;

/// <summary>Centres prune, and never show in an answer.</summary>
public unsafe class CentreSearchTests
{
    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_with_centres_give_the_answer_of_the_plain_scan_whatever_the_data(HardKind kind)
    {
        const int Dimension = 520;
        var data = new HardData(kind, Dimension, 91);
        Row[] rows = data.Rows(2_500);
        foreach (var metric in new[] { Metric.Euclidean, Metric.SquaredEuclidean, Metric.Cosine, Metric.DotProduct })
        {
            using var index = new FlatIndex(Dimension, metric, new() { Threads = 2 });
            index.InsertBatch(rows);
            for (ulong id = 0; id < 2_500; id += 9)
                index.Delete(id);
            LabelAll(index.Snapshot);
            foreach (float[] query in new[] { data.Next(), data.Next(), [.. index.Get(4)!.Value.Vector.ToArray()], new float[Dimension] })
            {
                foreach (int k in new[] { 1, 10, 300 })
                {
                    var scanned = index.Search(query, k, new() { Plan = SearchPlan.Scan });
                    IndexOracle.AssertSame(scanned.Hits, index.Search(query, k, new() { Plan = SearchPlan.Pruned }).Hits);
                    var free = index.Search(query, k);
                    IndexOracle.AssertSame(scanned.Hits, free.Hits);
                    Assert.Equal(free.Explain.Rows, free.Explain.Pruned + free.Explain.Scanned);
                }
            }
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.SquaredEuclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.DotProduct)]
    public void Rows_that_gather_around_centres_are_left_out_before_their_codes_are_read(Metric metric)
    {
        const int Dimension = 260;
        const int Rows = 22_000;
        var data = new HardData(HardKind.Clustered, Dimension, 92);
        using var index = new FlatIndex(Dimension, metric);
        index.InsertBatch(data.Rows(Rows));
        var views = index.Snapshot.Views.ToArray();
        Assert.All(views[..^1], view => Assert.NotNull(view!.Segment.Labels));
        Assert.Null(views[^1]!.Segment.Labels);
        float[] query = data.Next();
        var result = index.Search(query, 10);
        IndexOracle.AssertSame(index.Search(query, 10, new() { Plan = SearchPlan.Scan }).Hits, result.Hits);
        var counts = result.Explain;

        // The rows measured, and less than half of the codes.
        Assert.True(counts.BytesRead < (counts.Scanned * 272 * sizeof(float)) + (Rows * Dimension / 2), $"{counts}");
        Assert.True(counts.Pruned > counts.Rows / 2, $"{counts}");
        Assert.True(index.Stats.MemoryBytes > RowLabels.RowBytes * 20_480);
    }

    [Fact]
    public void The_first_block_of_a_chunk_has_its_rows_left_out_by_centres_too()
    {
        const int Dimension = 520;
        var data = new HardData(HardKind.Clustered, Dimension, 95);
        using var index = new FlatIndex(Dimension, Metric.Euclidean);
        index.InsertBatch(data.Rows(2_100));
        LabelAll(index.Snapshot);
        var view = index.Snapshot.Views[0]!;
        var search = new SnapshotSearch(index.Snapshot, data.Next(), 10, plan: SearchPlan.Pruned);
        var worker = search.CreateWorker();
        for (int chunk = 0; chunk < search.ChunkCount; chunk++)
            search.RunChunk(chunk, worker, TestContext.Current.CancellationToken);

        // The k-th is known by now: one chunk reads what its blocks read one by one.
        int rows = index.Snapshot.Layout.FullRows;
        long scanned = worker.Scanned;
        long whole = BytesOf(0, rows);
        scanned = worker.Scanned - scanned;
        long single = 0;
        for (int first = 0; first < rows; first += index.Snapshot.Layout.Codes.BlockRows)
            single += BytesOf(first, first + index.Snapshot.Layout.Codes.BlockRows);
        Assert.Equal(whole, single);
        Assert.InRange(whole, 1, index.Snapshot.Layout.Codes.BytesFor(rows) + (scanned * index.Snapshot.Layout.RowBytes) - 1);

        long BytesOf(int first, int end)
        {
            long before = worker.BytesRead;
            new PrunedScan(view, 0, search.Query, search.Pruning!, worker).Run(first, end, null);
            return worker.BytesRead - before;
        }
    }

    [Fact]
    public void Rows_that_gather_around_nothing_get_no_centres()
    {
        const int Dimension = 260;
        using var index = new FlatIndex(Dimension, Metric.Euclidean);
        index.InsertBatch(new HardData(HardKind.Normal, Dimension, 93).Rows(17_000));
        Assert.All(index.Snapshot.Views.ToArray(), view => Assert.Null(view!.Segment.Labels));
    }

    [Fact]
    public void Segments_that_were_full_before_there_were_centres_get_them_with_those_that_come()
    {
        // Rows that gather around nothing first: centres are found when there are four times as many, of the other kind.
        const int Dimension = 260;
        using var index = new FlatIndex(Dimension, Metric.Euclidean);
        Row[] normal = new HardData(HardKind.Normal, Dimension, 94).Rows(16_384);
        Row[] clustered = new HardData(HardKind.Clustered, Dimension, 94).Rows(65_536);
        index.InsertBatch(normal);
        Assert.All(index.Snapshot.Views.ToArray(), view => Assert.Null(view!.Segment.Labels));
        for (int first = normal.Length; first < 80_000; first += 16_000)
            index.InsertBatch([.. clustered.Skip(first - normal.Length).Take(16_000).Select((row, i) => row with { Id = (ulong)(first + i) })]);
        int labelled = index.Snapshot.Views.ToArray().Count(view => view!.Segment.Labels is not null);

        // Of 19 full segments four filled up since there are centres, and each brought two of those before it.
        Assert.InRange(labelled, 8, 18);
        float[] query = [.. clustered[5].Vector.ToArray()];
        IndexOracle.AssertSame(index.Search(query, 20, new() { Plan = SearchPlan.Scan }).Hits, index.Search(query, 20).Hits);
    }

    /// <summary>Centres for every full segment, whether they prune or not.</summary>
    private static void LabelAll(RowSnapshot snapshot)
    {
        var layout = snapshot.Layout;
        foreach (var view in snapshot.Views)
        {
            if (view is null || view.Count < layout.FullRows)
                continue;
            var segment = view.Segment;
            SampleRow[] sample = new SampleRow[layout.FullRows];
            for (int i = 0; i < sample.Length; i++)
                sample[i] = SampleRow.Of(layout, segment.Memory.Rows, segment.Codes!.Blocks, i);
            segment.Label(new CentreTraining(sample, layout.CodedStride, layout.Codes).Train());
            GC.KeepAlive(segment);
        }
    }
}
