namespace IqdbFlat.Grains.Log.Records;

/// <summary>The name of a stored segment: the epoch of the activation that wrote it, and its number there. Never used twice.</summary>
internal readonly record struct SegmentName(ulong Epoch, uint Number);
