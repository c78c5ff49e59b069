namespace IqdbFlat.Client.Placement;

/// <summary>A shard and the silo that holds it.</summary>
/// <param name="Index">The index's name.</param>
/// <param name="Shard">The shard's number.</param>
/// <param name="Silo">The silo's endpoint; empty for none.</param>
internal readonly record struct PlacedShard(string Index, int Shard, string Silo);
