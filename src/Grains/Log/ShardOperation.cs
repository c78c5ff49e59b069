namespace IqdbFlat.Grains.Log;

/// <summary>One operation of a <see cref="ShardBatch"/>: what the shard did, decided and checked already.</summary>
public readonly struct ShardOperation
{
    private ShardOperation(ShardOperationKind kind, RowId id, ulong number, ReadOnlyMemory<float> vector, Metadata metadata)
    {
        Kind = kind;
        Id = id;
        Number = number;
        Vector = vector;
        Metadata = metadata;
    }

    /// <summary>What the operation does.</summary>
    public ShardOperationKind Kind { get; }

    /// <summary>The row's id; of no meaning for <see cref="ShardOperationKind.Clear"/> and <see cref="ShardOperationKind.IndexEpoch"/>.</summary>
    public RowId Id { get; }

    /// <summary>The row's sequence (Put), the number allotted to the deletion (Remove, Clear), or the epoch (IndexEpoch).</summary>
    public ulong Number { get; }

    /// <summary>The row's vector, for <see cref="ShardOperationKind.Put"/>.</summary>
    public ReadOnlyMemory<float> Vector { get; }

    /// <summary>The row's metadata, for <see cref="ShardOperationKind.Put"/>; empty otherwise.</summary>
    public Metadata Metadata => field ?? Metadata.Empty;

    /// <summary>Inserts a row, replaces it, or changes its metadata: the row of this id is now this, with this sequence.</summary>
    public static ShardOperation Put(RowId id, ulong sequence, ReadOnlyMemory<float> vector, Metadata? metadata = null) =>
        new(ShardOperationKind.Put, id, sequence, vector, metadata ?? Metadata.Empty);

    /// <summary>Removes the row of an id.</summary>
    public static ShardOperation Remove(RowId id, ulong number) => new(ShardOperationKind.Remove, id, number, default, Metadata.Empty);

    /// <summary>Removes every row.</summary>
    public static ShardOperation Clear(ulong number) => new(ShardOperationKind.Clear, default, number, default, Metadata.Empty);

    /// <summary>Records the index grain's epoch.</summary>
    public static ShardOperation IndexEpoch(ulong epoch) => new(ShardOperationKind.IndexEpoch, default, epoch, default, Metadata.Empty);
}
