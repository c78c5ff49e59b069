using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Batches;

/// <summary>
/// How much goes into one message. Orleans ends a message at 100 MiB by closing the connection, so every cut here holds even when each row is as large as a row
/// can be.
/// </summary>
/// <param name="Rows">Rows of a message, at most.</param>
/// <param name="Bytes">Bytes of rows or queries of a message, at most.</param>
internal readonly record struct MessageLimits(int Rows, int Bytes)
{
    // An answer of so many hits stays below the 64 MiB that a coordinator allows one, with metadata of 64 KiB each or, without it, ids of 1 KiB each. What is
    // refused in a batch must be refused alone.
    private const int HitsWithMetadata = 960;
    private const int HitsWithoutMetadata = 60_000;

    private const int BytesBesideVector = Limits.IdBytes + 64;

    /// <summary>The number of queries that one message carries.</summary>
    public int Queries(int dimension, int k, bool withMetadata)
    {
        int hits = withMetadata ? HitsWithMetadata : HitsWithoutMetadata;
        int byAnswer = Math.Max(1, hits / Math.Max(1, k));
        int byQuery = Math.Max(1, Bytes / (dimension * sizeof(float)));
        return Math.Min(Math.Min(Rows, RequestLimits.Queries), Math.Min(byAnswer, byQuery));
    }

    /// <summary>The number of ids whose rows one message asks for.</summary>
    public int Gets(int dimension, bool withContent) => withContent
        ? Math.Clamp(Bytes / ((dimension * sizeof(float)) + Limits.MetadataBytes + BytesBesideVector), 1, Rows)
        : Math.Clamp(Bytes / BytesBesideVector, 1, Rows);

    /// <summary>The number of rows that one page asks for; the coordinator bounds its bytes.</summary>
    public int PageRows(int dimension) => Math.Clamp(Bytes / ((dimension * sizeof(float)) + 64), 1, Rows);
}
