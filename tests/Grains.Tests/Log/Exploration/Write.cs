using System.Buffers.Binary;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Exploration;

/// <summary>A write of the exploration is a number below 32; a set of them is carried as bits in a checkpoint's attachment.</summary>
internal static class Write
{
    public static ShardBatch Batch(int number) => new([ShardOperation.Remove(RowId.FromUInt64((ulong)number), 0)]);

    public static int Of(LogRecord record, LogPosition at) => (int)record.ReadBatch(at).Operations[0].Id.Number;

    public static ReadOnlyMemory<byte> Encode(uint writes)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, writes);
        return bytes;
    }

    public static uint Decode(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
}
