using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests;

public sealed class IngestTests
{
    private readonly FakeCluster _cluster = new();
    private readonly List<IngestProgress> _told = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_are_in_in_the_streams_order()
    {
        await Ingest(Good(10), 3);
        var snapshot = _cluster.Coordinator.Rows.Snapshot;
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (RowId)(ulong)i), snapshot.RowsAfter(0, 100).Select(snapshot.IdOf));
    }

    [Fact]
    public async Task Progress_is_told_after_each_acknowledged_batch()
    {
        var end = await Ingest(Good(10), 4);
        Assert.Equal([(4, 3), (8, 7), (10, 9)], _told.Select(p => (p.Rows, p.LastOrdinal)));
        Assert.Equal((10, 9), (end.Rows, end.LastOrdinal));
    }

    [Fact]
    public async Task An_empty_stream_sends_nothing()
    {
        Assert.Equal((0, -1), await Ingest(Good(0), 4) is var end ? (end.Rows, end.LastOrdinal) : default);
        Assert.Empty(_cluster.Coordinator.Requests);
    }

    [Fact]
    public async Task Ordinals_count_from_where_a_resumed_stream_goes_on()
    {
        var end = await Open().IngestAsync(Good(3), new() { FirstOrdinal = 100 }, null, Token);
        Assert.Equal((3, 102), (end.Rows, end.LastOrdinal));
    }

    [Fact]
    public async Task A_bad_row_is_named_by_its_ordinal_and_the_rows_before_it_are_in()
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => Ingest(Good(7).Concat(One(new(7, new float[3]))).Concat(Good(100)), 5));
        Assert.Equal(FlatErrorKind.DimensionMismatch, error.Kind);
        Assert.Equal(7, error.Error.Item);
        Assert.Equal(2, error.Error.Expected);
        Assert.StartsWith("row 7: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(7, _cluster.Coordinator.Rows.Count);
        Assert.Equal(6, _told[^1].LastOrdinal);
    }

    [Fact]
    public async Task A_duplicate_is_named_by_its_ordinal_and_the_rows_before_it_are_in()
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => Open().IngestAsync(Good(7).Concat(One(new(2, new float[2]))), new() { BatchRows = 5, FirstOrdinal = 1_000 }, null, Token));
        Assert.Equal(FlatErrorKind.Duplicate, error.Kind);
        Assert.Equal(1_007, error.Error.Item);
        Assert.Equal([1_007], error.Error.NotApplied);
        Assert.StartsWith("row 1007: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(7, _cluster.Coordinator.Rows.Count);
    }

    [Fact]
    public async Task An_upsert_replaces_what_is_there()
    {
        await Open().IngestAsync(Good(5).Concat(Good(5)), new() { Upsert = true, BatchRows = 3 }, null, Token);
        Assert.Equal(5, _cluster.Coordinator.Rows.Count);
        Assert.All(_cluster.Coordinator.Sent<WriteRequest>(), request => Assert.Equal(WriteMode.Upsert, request.Mode));
    }

    [Fact]
    public async Task An_exception_of_the_stream_comes_out_after_the_rows_before_it_are_in()
    {
        var thrown = await Assert.ThrowsAsync<FormatException>(() => Ingest(Good(7).Concat(Broken()), 5));
        Assert.Equal("line 8", thrown.Message);
        Assert.Equal(7, _cluster.Coordinator.Rows.Count);
    }

    [Fact]
    public async Task A_lost_answer_says_from_which_row_on_nothing_is_acknowledged()
    {
        _cluster.Coordinator.Before = (call, _) => call >= 2 ? throw new TimeoutException() : Task.CompletedTask;
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => Ingest(Good(9), 4));
        Assert.Equal(FlatErrorKind.Timeout, error.Kind);
        Assert.True(error.Error.MayHaveBeenApplied);
        Assert.Equal(4, error.Error.Item);
        Assert.StartsWith("rows from 4 on are not acknowledged: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, _told[^1].LastOrdinal);
    }

    [Fact]
    public async Task One_batch_is_in_flight_while_the_next_is_read()
    {
        var read = new TaskCompletionSource();
        int inFlight = 0;
        _cluster.Coordinator.Before = async (call, _) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inFlight));
            // The first batch is answered only once the second has been read.
            if (call == 1)
                await read.Task;
            Interlocked.Decrement(ref inFlight);
        };
        await Ingest(Good(4).Concat(Signal(read)).Concat(Good(4, from: 10)), 4);
        Assert.Equal(8, _cluster.Coordinator.Rows.Count);
    }

    [Fact]
    public async Task A_failed_write_stops_the_reading_and_closes_the_stream()
    {
        _cluster.Coordinator.Before = (_, _) => throw new TimeoutException();
        var closed = new TaskCompletionSource();
        await Assert.ThrowsAsync<FlatIndexException>(() => Ingest(Endless(closed), 4));
        Assert.True(closed.Task.IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_ingest_keeps_what_was_acknowledged()
    {
        using var cancel = new CancellationTokenSource();
        _cluster.Coordinator.Before = (call, token) => call == 3 ? Cancel(token) : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().IngestAsync(Endless(new()), new() { BatchRows = 2 }, null, cancel.Token));
        Assert.Equal(4, _cluster.Coordinator.Rows.Count);

        async Task Cancel(CancellationToken token)
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    public async Task Options_that_make_no_sense_are_refused(long first, int rows)
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => Open().IngestAsync(Good(1), new() { FirstOrdinal = first, BatchRows = rows }, null, Token));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
    }

    private IFlatIndex Open() => _cluster.Open();

    private Task<IngestProgress> Ingest(IAsyncEnumerable<Row> rows, int batchRows) =>
        Open().IngestAsync(rows, new() { BatchRows = batchRows, BatchDeadline = TimeSpan.FromSeconds(2) }, new Told(_told), Token);

    private static IAsyncEnumerable<Row> Good(int rows, int from = 0) =>
        Enumerable.Range(from, rows).Select(i => new Row((ulong)i, new float[] { i, 0 })).ToAsyncEnumerable();

    private static IAsyncEnumerable<Row> One(Row row) => new[] { row }.ToAsyncEnumerable();

    private static async IAsyncEnumerable<Row> Broken()
    {
        await Task.Yield();
        throw new FormatException("line 8");
#pragma warning disable CS0162 // An iterator needs a yield.
        yield break;
#pragma warning restore CS0162
    }

    private static async IAsyncEnumerable<Row> Signal(TaskCompletionSource read)
    {
        await Task.Yield();
        read.SetResult();
        yield break;
    }

    private static async IAsyncEnumerable<Row> Endless(TaskCompletionSource closed, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (ulong id = 0; ; id++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                yield return new(id, new float[2]);
            }
        }
        finally
        {
            closed.SetResult();
        }
    }

    private sealed class Told(List<IngestProgress> list) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => list.Add(value);
    }
}
