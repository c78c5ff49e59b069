using IqdbFlat.Abstractions;
using IqdbFlat.Grains.Memory;
using Orleans.Concurrency;

namespace IqdbFlat.Grains.Placement;

/// <summary>Answers for the silo that it is on.</summary>
[SiloPlacement, Reentrant]
internal sealed class SiloGrain(SiloMemory memory, ILocalSiloDetails silo) : Grain, ISiloGrain
{
    public Task CheckRoom(int shard, long bytes, CancellationToken cancellationToken)
    {
        memory.CheckRoom(shard, bytes, silo.Name);
        return Task.CompletedTask;
    }
}
