using Orleans;

namespace IqdbFlat.Abstractions.Tests.Wire;

/// <summary>A search as a client wrote it before the newest fields.</summary>
[GenerateSerializer, Alias("test.OlderSearchRequest")]
internal sealed record OlderSearchRequest
{
    [Id(0)]
    public required string Index { get; init; }

    [Id(1)]
    public required FloatVector Queries { get; init; }

    [Id(2)]
    public required int QueryCount { get; init; }

    [Id(3)]
    public required int K { get; init; }

    [Id(9)]
    public required TimeSpan Deadline { get; init; }
}

/// <summary>A message of a later version: a new field holds what an old one refers to, far from the message's beginning.</summary>
[GenerateSerializer, Alias("test.NewerPair")]
internal sealed record NewerPair
{
    [Id(0)]
    public required FloatVector Before { get; init; }

    [Id(1)]
    public required RowBlock New { get; init; }

    [Id(2)]
    public required RowBlock Old { get; init; }
}

/// <summary>The same, as it was.</summary>
[GenerateSerializer, Alias("test.OlderPair")]
internal sealed record OlderPair
{
    [Id(2)]
    public required RowBlock Old { get; init; }
}
