using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Sequence numbers given to one batch.</summary>
/// <param name="First">The first number; the others follow without a gap.</param>
/// <param name="Epoch">The epoch of the index grain that gave them.</param>
[GenerateSerializer, Immutable, Alias("iqdb.Allotment")]
public readonly record struct Allotment([property: Id(0)] ulong First, [property: Id(1)] ulong Epoch);
