using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log;

/// <summary>
/// Digests the rows that a store holds, without holding more of them than the log's tail: what the tail says of an id counts, whatever a segment
/// says; of the others, those that no clearing of the tail took away.
/// </summary>
internal sealed class StoredRows : IShardRecovery
{
    private readonly Dictionary<RowId, ShardOperation?> _tail = [];
    private ulong _clearedAt;
    private bool _logEnded;

    /// <summary>The rows.</summary>
    public RowSetDigest Digest { get; } = new();

    /// <summary>A batch of the tail, in the order of commit. Segments come after the tail.</summary>
    public void Apply(ShardBatch batch)
    {
        if (_logEnded)
            throw new InvalidOperationException("The log has ended.");
        foreach (var operation in batch.Operations)
        {
            switch (operation.Kind)
            {
                case ShardOperationKind.Put:
                    _tail[operation.Id] = operation;
                    break;
                case ShardOperationKind.Remove:
                    _tail[operation.Id] = null;
                    break;
                case ShardOperationKind.Clear:
                    _clearedAt = Math.Max(_clearedAt, operation.Number);
                    foreach (var (id, put) in _tail.ToArray())
                    {
                        if (put?.Number <= operation.Number)
                            _tail[id] = null;
                    }

                    break;
            }
        }
    }

    /// <summary>The tail has been read.</summary>
    public void EndLog() => _logEnded = true;

    /// <summary>All segments have been read: the rows of the tail are added.</summary>
    public void EndSegments()
    {
        foreach (var (id, put) in _tail)
        {
            if (put is { } row)
                Digest.Add(id, row.Number, row.Vector.Span, row.Metadata);
        }
    }

    void IShardRecovery.Begin(RecoveryStart start)
    {
        // Nothing to prepare.
    }

    void IShardRecovery.Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata)
    {
        if (sequence > _clearedAt && !_tail.ContainsKey(id))
            Digest.Add(id, sequence, vector, metadata);
    }

    void IShardRecovery.Apply(ShardBatch batch, LogPosition position) => Apply(batch);
}
