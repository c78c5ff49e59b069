namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>When a checkpoint pays. It costs the writing of each new row once more, so it waits for enough of them.</summary>
internal static class CheckpointPolicy
{
    /// <summary>Epochs in the chain from which on a checkpoint is due, so that an idle shard that restarts often reads a short chain.</summary>
    public const int ChainLinks = 16;

    public static bool IsDue(ShardLogOptions options, long logBytes, int logRecords, int chainLinks) =>
        logBytes >= options.CheckpointLogBytes || logRecords >= options.CheckpointLogRecords || chainLinks >= ChainLinks;
}
