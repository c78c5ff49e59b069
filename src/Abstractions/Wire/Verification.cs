using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>A record of the store that is damaged, missing or not what it should be.</summary>
/// <param name="Record">The record's name.</param>
/// <param name="Reason">What was expected and found.</param>
[GenerateSerializer, Immutable, Alias("iqdb.RecordProblem")]
public sealed record RecordProblem([property: Id(0)] string Record, [property: Id(1)] string Reason);

/// <summary>What reading every record of one shard again has found.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardVerification")]
public sealed record ShardVerification
{
    /// <summary>Problems that are listed, at most; <see cref="ProblemCount"/> counts all.</summary>
    public const int MaxProblems = 1_000;

    /// <summary>The shard's number.</summary>
    [Id(0)]
    public required int Shard { get; init; }

    /// <summary>The silo that read.</summary>
    [Id(1)]
    public required string Silo { get; init; }

    /// <summary>Records read.</summary>
    [Id(2)]
    public required long Records { get; init; }

    /// <summary>Bytes read.</summary>
    [Id(3)]
    public required long Bytes { get; init; }

    /// <summary>The rows that the store holds; null when a record that may hold rows could not be read.</summary>
    [Id(4)]
    public RowsDigest? Stored { get; init; }

    /// <summary>The rows that the shard answers from; null when it is not loaded.</summary>
    [Id(5)]
    public RowsDigest? InMemory { get; init; }

    /// <summary>The number of records with a problem, the difference of store and memory included.</summary>
    [Id(6)]
    public required int ProblemCount { get; init; }

    /// <summary>The problems, the first <see cref="MaxProblems"/> of them.</summary>
    [Id(7)]
    public required RecordProblem[] Problems { get; init; }

    /// <summary>What could not be checked and why, a sentence each.</summary>
    [Id(8)]
    public required string[] Unchecked { get; init; }
}
