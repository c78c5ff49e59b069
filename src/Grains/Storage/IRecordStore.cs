namespace IqdbFlat.Grains.Storage;

/// <summary>
/// Named records of one owner (a shard, an index, the catalog), with the two things on which the shard log stands:
/// write only if absent, and replace only if unchanged.
/// </summary>
/// <remarks>
/// Any exception means that the outcome is unknown: the operation may have happened, may never happen, or may still happen
/// later. A conflict is an answer, never an exception. A record has at most <see cref="MaxRecordBytes"/> bytes.
/// </remarks>
public interface IRecordStore
{
    /// <summary>Bytes of one record, at most: 15 MiB, because providers hold several copies of what passes through them.</summary>
    const int MaxRecordBytes = 15 * 1024 * 1024;

    /// <summary>Reads a record; null when there is none of that name.</summary>
    Task<StoredRecord?> ReadAsync(string name);

    /// <summary>Writes a record if there is none of that name. Answers its ETag, or null when one is there already.</summary>
    Task<string?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> bytes);

    /// <summary>Replaces a record if it is still the version of the ETag. Answers the new ETag, or null when it is another version or absent.</summary>
    Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> bytes, string etag);

    /// <summary>
    /// Deletes a record, so that it is absent again: only the version of the ETag, or with null whatever is there.
    /// Answers whether this call deleted it; false when it was absent or, with an ETag, another version.
    /// </summary>
    Task<bool> DeleteAsync(string name, string? etag = null);
}
