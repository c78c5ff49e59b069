namespace IqdbFlat.Silo;

/// <summary>Loading shards ahead of their first search: <c>IqdbFlat:Prefetch</c>.</summary>
public sealed class PrefetchOptions
{
    /// <summary>Most silos that can be expected.</summary>
    public const int MaxSilos = 4_096;

    /// <summary>
    /// Silos that must be active before a silo that starts loads the shards of all indexes, spread over them: the number of the cluster's silos. 0 for not loading anything
    /// before it is searched. 1.
    /// </summary>
    public int ExpectedSilos { get; set; } = 1;
}
