using System.Runtime.ExceptionServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Batches;
using IqdbFlat.Client.Rows;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Ingest;

/// <summary>
/// Writes one stream. Numbers of insertion are allotted when a batch arrives, so the stream keeps its order only with one batch in flight; the next is read
/// meanwhile.
/// </summary>
internal sealed class IngestRun(RowWriter writer, IngestOptions options, TimeSpan batchDeadline, IProgress<IngestProgress>? progress, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _rows;

    public async Task<IngestProgress> Run(IAsyncEnumerable<Row> rows, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var stream = rows.GetAsyncEnumerator(stop.Token);
        var reader = new RowBatchReader(writer, Limits(), stream, options.FirstOrdinal);
        var batch = await reader.Next(stop.Token);
        while (true)
        {
            var next = batch.End is null ? reader.Next(stop.Token) : null;
            try
            {
                await Write(batch, cancellationToken);
            }
            catch
            {
                await Abandon(next, stop);
                throw;
            }

            if (batch.End is { Problem: { } problem })
                ExceptionDispatchInfo.Throw(problem);
            if (next is null)
                return Progress();
            batch = await next;
        }
    }

    private async Task Write(RowBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Rows is not { } rows)
            return;
        try
        {
            await writer.Send(options.Upsert ? WriteMode.Upsert : WriteMode.Insert, rows, TokenOf(batch), writer.Start(batchDeadline), cancellationToken);
        }
        catch (FlatIndexException error)
        {
            throw StreamErrors.OfBatch(error, batch.FirstOrdinal, rows.Count);
        }

        _rows += rows.Count;
        progress?.Report(Progress());
    }

    // The stream may not be left while it is being read; what the reading came to no longer matters beside the error at hand.
    private static async Task Abandon(Task<RowBatch>? next, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        if (next is not null)
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private PartToken? TokenOf(RowBatch batch) =>
        options.TokenClient is { } client ? new(new(client, (ulong)batch.FirstOrdinal), 0) : null;

    private IngestProgress Progress() => new(_rows, _rows == 0 ? -1 : options.FirstOrdinal + _rows - 1, time.GetElapsedTime(_start));

    private MessageLimits Limits() => options.BatchRows is { } rows ? writer.Limits with { Rows = Math.Min(rows, writer.Limits.Rows) } : writer.Limits;
}
