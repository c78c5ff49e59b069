using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Hits as they travel, in columns, in order.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.HitBlock")]
public sealed record HitBlock
{
    /// <summary>An answer without hits.</summary>
    public static HitBlock Empty { get; } = new() { Ids = new([]), Distances = new(ReadOnlyMemory<float>.Empty), Sequences = new([]) };

    /// <summary>The rows' ids.</summary>
    [Id(0)]
    public required RowIdColumn Ids { get; init; }

    /// <summary>The canonical distances.</summary>
    [Id(1)]
    public required FloatVector Distances { get; init; }

    /// <summary>The rows' sequences.</summary>
    [Id(2)]
    public required SequenceColumn Sequences { get; init; }

    /// <summary>The rows' metadata; no entry at all when none was asked for.</summary>
    [Id(3)]
    public MetadataColumn Metadata { get; init; }

    /// <summary>The number of hits.</summary>
    public int Count => Ids.Count;

    /// <summary>Puts hits into columns.</summary>
    public static HitBlock From(IReadOnlyList<Hit> hits, bool withMetadata)
    {
        ArgumentNullException.ThrowIfNull(hits);
        var ids = new RowId[hits.Count];
        var distances = new float[hits.Count];
        var sequences = new ulong[hits.Count];
        var metadata = withMetadata ? new Metadata?[hits.Count] : [];
        for (int i = 0; i < hits.Count; i++)
        {
            (ids[i], distances[i], sequences[i]) = (hits[i].Id, hits[i].Distance, hits[i].Sequence);
            if (withMetadata)
                metadata[i] = hits[i].Metadata;
        }

        return new() { Ids = ids, Distances = distances, Sequences = sequences, Metadata = metadata };
    }

    /// <summary>The i-th hit.</summary>
    public Hit At(int index) => new(
        Ids.Values[index],
        Distances.Span[index],
        Sequences[index],
        Metadata.Count == 0 ? null : Metadata.Values[index] ?? Engine.Metadata.Empty);
}
