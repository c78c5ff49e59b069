using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>A write's token as shards keep it: whose write, which one, which message of it, and what was in that message.</summary>
/// <param name="Client">Who writes.</param>
/// <param name="Number">The number of the write.</param>
/// <param name="Part">The place of the message among those that the write was cut into.</param>
/// <param name="Payload">A hash of all that the message asks for, over all shards.</param>
[GenerateSerializer, Immutable, Alias("iqdb.ShardToken")]
public readonly record struct ShardToken(
    [property: Id(0)] Guid Client,
    [property: Id(1)] ulong Number,
    [property: Id(2)] int Part,
    [property: Id(3)] ulong Payload);

/// <summary>What a shard answered to its part of a write, kept with the write's token.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.KeptAnswer")]
public sealed record KeptAnswer
{
    /// <summary>How many rows of the whole request were let through, over all shards.</summary>
    [Id(0)]
    public required int Cut { get; init; }

    /// <summary>Rows written or removed by this shard.</summary>
    [Id(1)]
    public required int Applied { get; init; }

    /// <summary>Places, among this shard's rows, of those that were refused.</summary>
    [Id(2)]
    public required int[] Refused { get; init; }

    /// <summary>The number that the request's first row has, or would have.</summary>
    [Id(3)]
    public required ulong First { get; init; }

    /// <summary>
    /// Of a write that was done before the index was restored: what each shard of the index before answered, in a form of the shards' own. Empty for a shard's
    /// own answer.
    /// </summary>
    [Id(4)]
    public BytesColumn Parts { get; init; }
}
