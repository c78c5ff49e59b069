namespace IqdbFlat.Engine;

/// <summary>The nearest rows of those that have one value in a field.</summary>
/// <param name="Value">The value, as the group's nearest row has it.</param>
/// <param name="Hits">The nearest rows of the group, nearest first.</param>
public sealed record HitGroup(MetadataValue Value, IReadOnlyList<Hit> Hits);
