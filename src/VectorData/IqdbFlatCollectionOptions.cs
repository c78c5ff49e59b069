using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData;

/// <summary>What a collection is made with, besides its name: definition, embedding generator, shards.</summary>
public sealed class IqdbFlatCollectionOptions : VectorStoreCollectionOptions
{
    /// <summary>Options with nothing set.</summary>
    public IqdbFlatCollectionOptions()
    {
    }

    /// <summary>A copy.</summary>
    /// <param name="source">What is copied; null for options with nothing set.</param>
    public IqdbFlatCollectionOptions(IqdbFlatCollectionOptions? source)
        : base(source) => Shards = source?.Shards;

    /// <summary>Shards of the collection where it is made in a cluster: 1 to 4,096; null for what the store says, or 4.</summary>
    public int? Shards { get; set; }
}
