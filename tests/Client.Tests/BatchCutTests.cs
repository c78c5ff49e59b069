using CsCheck;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;
using Orleans.Runtime;

namespace IqdbFlat.Client.Tests;

public sealed class BatchCutTests
{
    // Few ids, so that duplicates are common; a bad row of every kind now and then.
    private static readonly Gen<Row> AnyRow = Gen.Select(Gen.ULong[0, 40], Gen.Int[0, 30], (id, kind) => kind switch
    {
        0 => new Row(id, new float[] { 1 }),
        1 => new Row(id, new float[] { 1, float.NaN }),
        2 => new Row(RowId.FromBytes([]), new float[] { 1, 2 }),
        3 => new Row(id, new float[] { 1, 2 }, Metadata.From(("text", new string('x', Limits.MetadataBytes)))),
        _ => new Row(id, new float[] { kind, id }, kind % 2 == 0 ? null : Metadata.From(("kind", kind))),
    });

    [Fact]
    public void An_insert_batch_cut_into_messages_ends_like_one_that_is_not() => Compare(
        (engine, rows) => engine.InsertBatch(rows), (index, rows) => index.InsertBatchAsync(rows, cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public void An_upsert_batch_cut_into_messages_ends_like_one_that_is_not() => Compare(
        (engine, rows) => engine.UpsertBatch(rows), (index, rows) => index.UpsertBatchAsync(rows, cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_message_has_no_more_rows_than_the_options_say()
    {
        var cluster = new FakeCluster();
        await cluster.Open(new() { BatchRows = 4 }).InsertBatchAsync(Rows(10), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([4, 4, 2], cluster.Coordinator.Sent<WriteRequest>().Select(r => r.Rows.Count));
    }

    [Fact]
    public async Task A_message_has_no_more_bytes_than_the_options_say()
    {
        var cluster = new FakeCluster(dimension: 65_536);
        Row[] rows = [.. Enumerable.Range(0, 5).Select(i => new Row((ulong)i, new float[65_536]))];
        await cluster.Open(new() { BatchBytes = 600 * 1024 }).InsertBatchAsync(rows, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([2, 2, 1], cluster.Coordinator.Sent<WriteRequest>().Select(r => r.Rows.Count));
    }

    [Fact]
    public async Task Metadata_counts_towards_the_bytes_of_a_message()
    {
        var cluster = new FakeCluster();
        var large = Metadata.From(("text", new string('x', 60_000)));
        Row[] rows = [.. Enumerable.Range(0, 20).Select(i => new Row((ulong)i, new float[2], large))];
        await cluster.Open(new() { BatchBytes = 512 * 1024 }).InsertBatchAsync(rows, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([8, 8, 4], cluster.Coordinator.Sent<WriteRequest>().Select(r => r.Rows.Count));
    }

    [Fact]
    public async Task Rows_sent_are_copies_of_what_the_caller_gave()
    {
        var cluster = new FakeCluster();
        float[] vector = [1, 2];
        await cluster.Open().InsertAsync(new(1, vector), cancellationToken: TestContext.Current.CancellationToken);
        vector[0] = 9;
        Assert.Equal([1, 2], cluster.Coordinator.Sent<WriteRequest>().Single().Rows.Vectors.Span.ToArray());
    }

    [Fact]
    public async Task Rows_that_another_writer_raced_for_are_named_in_the_callers_places()
    {
        var cluster = new FakeCluster();
        int message = 0;
        cluster.Coordinator.AfterWrite = (_, reply) => ++message != 2 ? reply : reply with
        {
            Error = WireError.From(FlatIndexException.Duplicate(5).Error with { Item = 1, NotApplied = [1, 3] }),
        };
        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => cluster.Open(new() { BatchRows = 4 }).InsertBatchAsync(Rows(10), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(FlatErrorKind.Duplicate, error.Kind);
        Assert.Equal(5, error.Error.Item);
        Assert.Equal([5, 7, 8, 9], error.Error.NotApplied);
    }

    [Fact]
    public async Task A_lost_answer_leaves_all_rows_of_its_message_unacknowledged()
    {
        var cluster = new FakeCluster();
        cluster.Coordinator.Before = (call, _) => call >= 2 ? throw new SiloUnavailableException("gone") : Task.CompletedTask;
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => cluster.Open(new() { BatchRows = 4 }, new ManualTime(passesWaits: true))
            .InsertBatchAsync(Rows(10), new() { Deadline = TimeSpan.FromSeconds(0.2) }, TestContext.Current.CancellationToken));
        Assert.Equal(FlatErrorKind.Timeout, error.Kind);
        Assert.True(error.Error.MayHaveBeenApplied);
        Assert.Equal(4, error.Error.Item);
        Assert.Equal([4, 5, 6, 7, 8, 9], error.Error.NotApplied);
        Assert.Equal(4, cluster.Coordinator.Rows.Count);
        Assert.Equal(1 + 3, cluster.Coordinator.Requests.Count);
    }

    [Fact]
    public async Task The_error_of_a_single_row_names_no_place()
    {
        var cluster = new FakeCluster();
        var index = cluster.Open();
        await index.InsertAsync(new(1, new float[2]), cancellationToken: TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertAsync(new(1, new float[2]), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(FlatErrorKind.Duplicate, error.Kind);
        Assert.Equal((RowId)1, error.Error.Id);
        Assert.Equal("docs", error.Error.Index);
        Assert.Null(error.Error.Item);
        Assert.Empty(error.Error.NotApplied);
    }

    [Fact]
    public async Task No_id_of_a_delete_batch_is_used_before_all_are_checked()
    {
        var cluster = new FakeCluster();
        var index = cluster.Open();
        await index.InsertBatchAsync(Rows(3), cancellationToken: TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => index.DeleteBatchAsync([0, RowId.FromBytes([]), 1], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.Equal(1, error.Error.Item);
        Assert.Equal([0, 1, 2], error.Error.NotApplied);
        Assert.Equal(3, cluster.Coordinator.Rows.Count);
    }

    [Fact]
    public async Task A_delete_batch_counts_each_row_once_however_it_is_cut()
    {
        var cluster = new FakeCluster();
        var index = cluster.Open(new() { BatchRows = 2 });
        await index.InsertBatchAsync(Rows(5), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, await index.DeleteBatchAsync([0, 1, 0, 99, 1, 4, 4], cancellationToken: TestContext.Current.CancellationToken));
    }

    private static Row[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => new Row((ulong)i, new float[] { i, 0 }))];

    private static void Compare(Action<FlatIndex, IReadOnlyList<Row>> whole, Func<IFlatIndex, IReadOnlyList<Row>, Task> cut) =>
        Gen.Select(AnyRow.Array[0, 30], Gen.Int[1, 7]).Sample((rows, batchRows) =>
        {
            using var engine = new FlatIndex(2, Metric.Euclidean);
            var cluster = new FakeCluster();
            var expected = Record.Exception(() => whole(engine, rows)) as FlatIndexException;
            var found = Record.ExceptionAsync(() => cut(cluster.Open(new() { BatchRows = batchRows }), rows)).AsTask().GetAwaiter().GetResult() as FlatIndexException;
            return expected?.Kind == found?.Kind
                && expected?.Error.Item == found?.Error.Item
                && (expected?.Error.NotApplied ?? []).SequenceEqual(found?.Error.NotApplied ?? [])
                && Contents(engine).SequenceEqual(Contents(cluster.Coordinator.Rows));
        });

    // Sequences may have gaps where a message was cut; their order is what counts.
    private static IEnumerable<(RowId Id, float First, int Fields)> Contents(FlatIndex index)
    {
        var snapshot = index.Snapshot;
        return snapshot.RowsAfter(0, int.MaxValue).Select(snapshot.Read).Select(row => (row.Id, row.Vector.Span[0], row.Metadata.Count));
    }
}
