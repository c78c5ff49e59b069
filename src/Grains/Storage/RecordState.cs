namespace IqdbFlat.Grains.Storage;

/// <summary>What a storage provider sees of a record: its bytes.</summary>
[GenerateSerializer]
[Alias("IqdbFlat.RecordState")]
public sealed class RecordState
{
    /// <summary>The record's bytes.</summary>
    [Id(0)]
    public ReadOnlyMemory<byte> Bytes { get; set; }
}
