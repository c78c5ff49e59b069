using Orleans;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary>A <see cref="SlotMap"/> as it travels: its bytes.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.SlotMap")]
internal struct SlotMapSurrogate
{
    [Id(0)]
    public byte[]? Shards;
}

/// <summary>Checks a map as it arrives, so that none of another length is ever asked for a row's shard.</summary>
[RegisterConverter]
internal sealed class SlotMapConverter : IConverter<SlotMap, SlotMapSurrogate>
{
    public SlotMap ConvertFromSurrogate(in SlotMapSurrogate surrogate) => SlotMap.FromBytes(surrogate.Shards);

    public SlotMapSurrogate ConvertToSurrogate(in SlotMap value) => new() { Shards = value.Bytes.ToArray() };
}
