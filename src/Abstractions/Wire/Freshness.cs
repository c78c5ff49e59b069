namespace IqdbFlat.Abstractions;

/// <summary>How much a search must have seen.</summary>
public enum Freshness : byte
{
    /// <summary>
    /// Every write acknowledged to the same handle, and every write acknowledged to anyone before the search began, except in
    /// the seconds after a cut network in which a superseded activation may still answer.
    /// </summary>
    Session = 0,

    /// <summary>No exception: each shard looks at its log's tail in the store first.</summary>
    Linearizable = 1,
}
