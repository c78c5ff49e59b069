using IqdbFlat.Abstractions;

namespace IqdbFlat.Cli.Output;

/// <summary>The share of a silo's measured read bandwidth that a scan reached: bytes read by the threads' time in the scan, by what such a thread can read.</summary>
internal static class BandwidthShare
{
    /// <summary>The share; null where the silo measured no bandwidth or nothing was read. A scan of what lies in the caches passes 1.</summary>
    public static double? Of(ShardReport shard) =>
        shard.ThreadBandwidth > 0 && shard.ScanTime > TimeSpan.Zero && shard.BytesRead > 0
            ? shard.BytesRead / shard.ScanTime.TotalSeconds / shard.ThreadBandwidth
            : null;
}
