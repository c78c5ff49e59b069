using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>A stored segment that the checkpoint names, and what the owner knows of it beyond: the sequences of its rows, and its ETag.</summary>
/// <remarks>The sequences cost 8 bytes a row of memory, and spare a checkpoint the reading of what is stored already.</remarks>
internal sealed record LiveSegment(StoredSegment Stored, ulong[] Sequences, string ETag);
