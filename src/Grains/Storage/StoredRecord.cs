namespace IqdbFlat.Grains.Storage;

/// <summary>A record as a store returned it.</summary>
/// <param name="Bytes">The record's bytes. Nobody writes to them.</param>
/// <param name="ETag">The store's mark of this version of the record.</param>
public readonly record struct StoredRecord(ReadOnlyMemory<byte> Bytes, string ETag);
