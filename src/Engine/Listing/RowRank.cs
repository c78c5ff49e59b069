namespace IqdbFlat.Engine.Listing;

/// <summary>Where a row stands in an ordered list: its values of the fields that order it, null where it lacks one, and its sequence.</summary>
internal readonly record struct RowRank(MetadataValue?[] Values, ulong Sequence);
