using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary>Asks an index of a cluster, a batch of queries at a time. The rows are those that were ingested: their numbers are their ids.</summary>
internal sealed class ClusterTruth(TruthSettings settings, IFlatIndex index, CommandContext context) : ITruthSource
{
    private const int BatchQueries = 64;
    private readonly string _checkpoint = TruthCheckpoint.PathOf(settings.Output);

    /// <inheritdoc/>
    public long Rows { get; private set; }

    /// <inheritdoc/>
    public double Resumed { get; private set; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<StreamHit>>> AnswerAsync(IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken)
    {
        Rows = await index.CountAsync(cancellationToken);
        ulong task = TruthTask.OfIndex(index.Description, queries, settings.Metric, settings.K);
        var answers = new List<IReadOnlyList<StreamHit>>();
        if (settings.Resume && File.Exists(_checkpoint))
        {
            var (_, rows, answered) = TruthCheckpoint.Read(_checkpoint, task);
            if (rows != (ulong)Rows)
                throw FileProblem.Unsupported(_checkpoint, $"the index had {rows} rows then and has {Rows} now: delete the file to begin anew");
            answers.AddRange(answered);
        }

        int before = answers.Count;
        Resumed = (double)before / queries.Count;
        using var progress = QuietProgress.Begin(context, "queries", queries.Count, before);
        long saved = context.Terminal.Time.GetTimestamp();
        try
        {
            while (answers.Count < queries.Count)
            {
                var batch = queries.Skip(answers.Count).Take(BatchQueries).ToArray();
                var found = await index.SearchBatchAsync(batch, settings.K, new() { Metric = settings.Metric }, cancellationToken);
                answers.AddRange(found.Answers.Select(Of));
                progress?.Report(answers.Count);
                if (context.Terminal.Time.GetElapsedTime(saved) >= TruthCheckpoint.Between)
                {
                    TruthCheckpoint.Write(_checkpoint, task, answers.Count, (ulong)Rows, answers);
                    saved = context.Terminal.Time.GetTimestamp();
                }
            }
        }
        catch when (answers.Count > before)
        {
            TruthCheckpoint.Write(_checkpoint, task, answers.Count, (ulong)Rows, answers);
            throw;
        }

        return answers;
    }

    private StreamHit[] Of(IReadOnlyList<Hit> hits) => [.. hits.Select(hit => new StreamHit(NumberOf(hit.Id), hit.Distance))];

    private long NumberOf(RowId id) => !id.IsBytes && id.Number <= long.MaxValue
        ? (long)id.Number
        : throw FileProblem.Unsupported(settings.Output, $"files of answers hold ids that are numbers up to {long.MaxValue}, and a row of '{index.Name}' has {id}");
}
