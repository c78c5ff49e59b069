namespace IqdbFlat.Grains.Log.Records;

/// <summary>The kinds of record of a shard. The letters are stored and never change.</summary>
internal enum RecordKind : byte
{
    Checkpoint = (byte)'C',
    Log = (byte)'L',
    Segment = (byte)'S',
}
