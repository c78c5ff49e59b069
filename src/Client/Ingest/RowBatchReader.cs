using IqdbFlat.Abstractions;
using IqdbFlat.Client.Batches;
using IqdbFlat.Client.Rows;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Ingest;

/// <summary>The next rows of a stream, ready to be sent, and what ended them.</summary>
/// <param name="FirstOrdinal">The ordinal of the first row.</param>
/// <param name="Rows">The rows, or null for none.</param>
/// <param name="End">Why no batch follows, once these rows are written: null while one does.</param>
internal readonly record struct RowBatch(long FirstOrdinal, RowBlock? Rows, StreamEnd? End);

/// <summary>Why a stream ended: by itself, or by a bad row or an exception of its own.</summary>
/// <param name="Problem">What to throw, or null.</param>
internal sealed record StreamEnd(Exception? Problem);

/// <summary>Cuts a stream of rows into batches. Never holds more than one batch and a row.</summary>
internal sealed class RowBatchReader(RowWriter writer, MessageLimits limits, IAsyncEnumerator<Row> rows, long firstOrdinal)
{
    private long _ordinal = firstOrdinal;
    private Row? _left;

    /// <summary>Reads the next batch. Throws nothing but <see cref="OperationCanceledException"/> of the token: what else goes wrong comes after the rows before it.</summary>
    public async Task<RowBatch> Next(CancellationToken cancellationToken)
    {
        var block = new RowBlockBuilder(writer.Dimension, limits, limits.Rows);
        long first = _ordinal;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (row, end) = await Take(cancellationToken);
            if (end is not null)
                return new(first, Built(block), end);
            if (!block.TryAdd(row))
            {
                _left = row;
                return new(first, block.Build(), null);
            }

            _ordinal++;
        }
    }

    private async Task<(Row Row, StreamEnd? End)> Take(CancellationToken cancellationToken)
    {
        if (_left is { } left)
        {
            _left = null;
            return (left, null);
        }

        try
        {
            if (!await rows.MoveNextAsync())
                return (default, new(null));
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return (default, new(error));
        }

        var row = rows.Current;
        return writer.Problem(row) is { } problem ? (default, new(StreamErrors.AtRow(problem, _ordinal))) : (row, null);
    }

    private static RowBlock? Built(RowBlockBuilder block) => block.Count == 0 ? null : block.Build();
}
