using System.IO.Hashing;
using System.Runtime.InteropServices;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary>Reads the rows once, from the first or from where an earlier run stopped, and keeps the nearest to each query.</summary>
internal sealed class FileTruth(TruthSettings settings, string file, CommandContext context) : ITruthSource
{
    private readonly XxHash3 _passed = new();
    private readonly string _checkpoint = TruthCheckpoint.PathOf(settings.Output);

    /// <inheritdoc/>
    public long Rows { get; private set; }

    /// <inheritdoc/>
    public double Resumed { get; private set; }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<StreamHit>>> AnswerAsync(IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(queries, cancellationToken));

    private IReadOnlyList<IReadOnlyList<StreamHit>> Answer(IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken)
    {
        using var rows = RowFiles.OpenVectors(file);
        int dimension = queries[0].Length;
        if (rows.Dimension is { } found && found != dimension)
            throw FileProblem.Unsupported(settings.Queries, $"expected queries of {found} components as the rows in {file} have, found {dimension}");
        bool canResume = file != RowFiles.StandardInput;
        ulong task = canResume ? TruthTask.Of(queries, settings.Metric, settings.K) : 0;
        using var search = new StreamSearch(dimension, settings.Metric, queries, settings.K, settings.SearchOptions(dimension, queries.Count));
        if (settings.Resume && File.Exists(_checkpoint))
            GoOn(search, rows, task);
        long resumedAt = search.RowCount;

        using var progress = QuietProgress.Begin(context, "ground truth", rows.RowCount, resumedAt);
        long saved = context.Terminal.Time.GetTimestamp();
        try
        {
            while (rows.Read())
            {
                search.Add(rows.Vector.Span, CancellationToken.None);
                _passed.Append(MemoryMarshal.AsBytes(rows.Vector.Span));
                if ((search.RowCount & 0xFFF) != 0)
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(search.RowCount);
                if (canResume && context.Terminal.Time.GetElapsedTime(saved) >= TruthCheckpoint.Between)
                {
                    Save(search, task);
                    saved = context.Terminal.Time.GetTimestamp();
                }
            }
        }
        catch when (canResume && search.RowCount > resumedAt)
        {
            Save(search, task);
            throw;
        }

        Rows = search.RowCount;
        Resumed = Rows == 0 ? 0 : (double)resumedAt / Rows;
        var answers = search.Answers(CancellationToken.None);
        progress?.Report(search.RowCount);
        return answers;
    }

    /// <summary>Rows that have passed are read again, which costs little beside measuring them: what is gone on from is then certain to be of these rows.</summary>
    private void GoOn(StreamSearch search, RowReader rows, ulong task)
    {
        var (count, passed, answers) = TruthCheckpoint.Read(_checkpoint, task);
        search.GoOn(count, answers);
        while (rows.RowsRead < count && rows.Read())
            _passed.Append(MemoryMarshal.AsBytes(rows.Vector.Span));
        if (rows.RowsRead < count || _passed.GetCurrentHashAsUInt64() != passed)
            throw FileProblem.Unsupported(_checkpoint, $"the first {count} rows of {file} are not those that the earlier run has read: delete the checkpoint to begin anew");
    }

    private void Save(StreamSearch search, ulong task)
    {
        var answers = search.Answers(CancellationToken.None);
        TruthCheckpoint.Write(_checkpoint, task, search.RowCount, _passed.GetCurrentHashAsUInt64(), answers);
    }
}
