namespace IqdbFlat.Grains.Storage;

/// <summary>Names under which the grains find their store.</summary>
public static class StorageNames
{
    /// <summary>The one Orleans storage provider that holds every record: shard logs, segments, index and catalog states.</summary>
    public const string Records = "iqdbflat";

    /// <summary>The key of a shard's records: no integer and no GUID, which ADO.NET providers would parse.</summary>
    /// <param name="index">The index's name at creation.</param>
    /// <param name="incarnation">The index's incarnation.</param>
    /// <param name="shard">The shard's number.</param>
    public static string Shard(string index, string incarnation, int shard) => $"shard/{index}/{incarnation}/{shard:0000}";
}
