using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// Counts the bytes of an answer while it grows. Orleans ends a connection whose message is too long; an answer that would be is a
/// typed error here, or for a page, its end.
/// </summary>
internal struct AnswerBytes
{
    /// <summary>Bytes of one answer, at most: well below the 100 MiB of a message.</summary>
    public const long Max = 64L * 1024 * 1024;

    /// <summary>Bytes of one page, at most, but for its first row.</summary>
    public const long Page = 16L * 1024 * 1024;

    /// <summary>Bytes so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a hit or row: its id, its fixed part, its metadata where it carries it.</summary>
    public void Add(in RowId id, long fixedBytes, Metadata? metadata) =>
        Count += BinaryForm.SizeOf(id) + fixedBytes + (metadata is null ? 1 : 1 + BinaryForm.SizeOf(metadata));

    /// <summary>Adds the hits of a block.</summary>
    public void Add(HitBlock hits)
    {
        for (int i = 0; i < hits.Count; i++)
            Add(hits.Ids.Values[i], sizeof(float) + sizeof(ulong), hits.Metadata.Count == 0 ? null : hits.Metadata.Values[i]);
        Check();
    }

    /// <summary>Throws ResourceLimitExceeded when the answer is too long for one message.</summary>
    public readonly void Check()
    {
        if (Count > Max)
            throw FlatIndexException.ResourceLimitExceeded("bytes in one answer", Max, Count);
    }
}
