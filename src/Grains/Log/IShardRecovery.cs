namespace IqdbFlat.Grains.Log;

/// <summary>Receives a shard's rows while its log is opened. Calls come one at a time: Begin, then Put for stored rows, then Apply for the log's tail.</summary>
public interface IShardRecovery
{
    /// <summary>Called once, before any row.</summary>
    void Begin(RecoveryStart start);

    /// <summary>A live row of a stored segment. Ids do not repeat among these. The span is valid during the call only.</summary>
    void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata);

    /// <summary>A batch that was committed after the checkpoint, in the order of commit.</summary>
    void Apply(ShardBatch batch, LogPosition position);
}
