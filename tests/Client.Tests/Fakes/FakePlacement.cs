using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests.Fakes;

/// <summary>Silos and the shards on them, without any: a move changes where a shard is, and is kept.</summary>
internal sealed class FakePlacement : IPlacementGrain
{
    public List<SiloDescription> Silos { get; } = [];

    /// <summary>The address of the silo of each shard of every index, empty for none.</summary>
    public Dictionary<string, string[]> Shards { get; } = new(StringComparer.Ordinal);

    public List<string> Moves { get; } = [];

    /// <summary>The address of a silo that has no room for any shard; empty for none.</summary>
    public string Full { get; set; } = "";

    public Task<SiloList> ListSilos(CancellationToken cancellationToken) => Task.FromResult(new SiloList([.. Silos]));

    public Task<ShardPlacements> LocateShards(string index, TimeSpan deadline, CancellationToken cancellationToken) =>
        Task.FromResult(new ShardPlacements([.. Shards[index].Select((address, shard) => new ShardLocation(shard, NameOf(address), address))]));

    public Task<ShardMove> MoveShard(ShardMoveRequest request, CancellationToken cancellationToken)
    {
        if (request.Silo == Full)
            throw FlatIndexException.ResourceLimitExceeded("bytes of memory on this silo", 100, 101);
        string from = Shards[request.Index][request.Shard];
        Shards[request.Index][request.Shard] = request.Silo;
        Moves.Add($"{request.Index}/{request.Shard}: {from} to {request.Silo}");
        return Task.FromResult(new ShardMove(request.Index, request.Shard, NameOf(from), NameOf(request.Silo), 7, TimeSpan.FromSeconds(1)));
    }

    private string NameOf(string address) => Silos.SingleOrDefault(silo => silo.Address == address)?.Name ?? "";
}
