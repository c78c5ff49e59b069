using Orleans.Storage;

namespace IqdbFlat.Grains.Storage;

/// <summary>
/// Hands the bytes of a <see cref="RecordState"/> to a storage provider as they are: a record has its own form, version and
/// checksum, so a second serialization would only cost copies. Every provider of <see cref="StorageNames.Records"/> uses it.
/// </summary>
public sealed class RecordSerializer : IGrainStorageSerializer
{
    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => input is RecordState record
        ? new BinaryData(record.Bytes)
        : throw new NotSupportedException($"The record store holds {nameof(RecordState)} only, found {typeof(T).Name}.");

    /// <inheritdoc/>
    public T Deserialize<T>(BinaryData input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RecordState { Bytes = input.ToMemory() } is T state
            ? state
            : throw new NotSupportedException($"The record store holds {nameof(RecordState)} only, found {typeof(T).Name}.");
    }
}
