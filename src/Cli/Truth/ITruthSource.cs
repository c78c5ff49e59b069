using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary>Where the rows of a ground truth are: a file that is read here, or an index of a cluster.</summary>
internal interface ITruthSource
{
    /// <summary>The rows that were searched, once there are answers.</summary>
    long Rows { get; }

    /// <summary>The share of the work, 0 to 1, that an earlier run had done.</summary>
    double Resumed { get; }

    /// <summary>The answers to all queries. A run that is stopped, or fails, leaves a checkpoint.</summary>
    Task<IReadOnlyList<IReadOnlyList<StreamHit>>> AnswerAsync(IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken);
}
