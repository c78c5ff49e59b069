namespace IqdbFlat.Grains.Log.Records;

/// <summary>A stored segment as a checkpoint names it.</summary>
/// <param name="Name">The segment's name.</param>
/// <param name="Rows">The rows in it, dead ones included.</param>
/// <param name="Bytes">The bytes of its record.</param>
/// <param name="Checksum">The checksum of its record.</param>
/// <param name="DeadRows">How many of its rows are dead.</param>
/// <param name="Dead">The tombstones: bit i (of byte i / 8, lowest first) is row i. Empty when none is dead.</param>
internal sealed record StoredSegment(SegmentName Name, int Rows, int Bytes, ulong Checksum, int DeadRows, ReadOnlyMemory<byte> Dead)
{
    public int LiveRows => Rows - DeadRows;

    public bool IsDead(int row) => DeadRows > 0 && (Dead.Span[row >> 3] & (1 << (row & 7))) != 0;
}
