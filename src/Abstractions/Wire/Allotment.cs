using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Sequence numbers given to one batch.</summary>
/// <param name="First">The first number; the others follow without a gap.</param>
/// <param name="Epoch">The epoch of the index grain that gave them.</param>
[GenerateSerializer, Immutable, Alias("iqdb.Allotment")]
public readonly record struct Allotment([property: Id(0)] ulong First, [property: Id(1)] ulong Epoch);

/// <summary>How a try at a batch over several shards has ended.</summary>
public enum BatchEnd : byte
{
    /// <summary>Not every shard has told: a part may still be on its way.</summary>
    Unknown,

    /// <summary>Nothing was sent.</summary>
    Unsent,

    /// <summary>Every shard has its part.</summary>
    Complete,
}
