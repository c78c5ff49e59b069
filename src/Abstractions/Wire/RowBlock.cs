using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Rows as they travel, in columns.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.RowBlock")]
public sealed record RowBlock
{
    /// <summary>The rows' ids.</summary>
    [Id(0)]
    public required RowIdColumn Ids { get; init; }

    /// <summary>The rows' vectors end to end; empty for a change of metadata alone.</summary>
    [Id(1)]
    public required FloatVector Vectors { get; init; }

    /// <summary>The rows' metadata; no entry at all when no row has any.</summary>
    [Id(2)]
    public MetadataColumn Metadata { get; init; }

    /// <summary>The number of rows.</summary>
    public int Count => Ids.Count;

    /// <summary>The vector of a row, for a block whose vectors have this many components each.</summary>
    public ReadOnlyMemory<float> VectorAt(int row, int dimension) => Vectors.Values.Slice(row * dimension, dimension);

    /// <summary>The metadata of a row, or null.</summary>
    public Metadata? MetadataAt(int row) => Metadata.Count == 0 ? null : Metadata.Values[row];
}
