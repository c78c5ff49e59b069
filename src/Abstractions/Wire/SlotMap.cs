using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Which shard holds each of the 4,096 slots. Rows go to slots by a fixed hash, slots to shards by this map.</summary>
[Immutable]
public sealed class SlotMap
{
    private readonly byte[] _shards;

    private SlotMap(byte[] shards) => _shards = shards;

    /// <summary>Spreads the slots over shards evenly: slot s goes to shard s * shards / 4,096.</summary>
    public static SlotMap Even(int shards)
    {
        var map = new byte[RowIdHash.Slots * sizeof(ushort)];
        for (int slot = 0; slot < RowIdHash.Slots; slot++)
        {
            int shard = (int)((long)slot * shards / RowIdHash.Slots);
            map[2 * slot] = (byte)shard;
            map[(2 * slot) + 1] = (byte)(shard >> 8);
        }

        return new(map);
    }

    /// <summary>Reads a map from its bytes: 4,096 shard numbers of two bytes each, little-endian.</summary>
    public static SlotMap FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == RowIdHash.Slots * sizeof(ushort)
            ? new(bytes.ToArray())
            : throw new InvalidDataException($"A slot map has {RowIdHash.Slots * sizeof(ushort)} bytes, found {bytes.Length}.");

    /// <summary>The map's bytes: 4,096 shard numbers of two bytes each, little-endian.</summary>
    public ReadOnlySpan<byte> Bytes => _shards;

    /// <summary>The shard of a row.</summary>
    public int ShardOf(in RowId id)
    {
        int slot = RowIdHash.Slot(id);
        return _shards[2 * slot] | (_shards[(2 * slot) + 1] << 8);
    }
}
