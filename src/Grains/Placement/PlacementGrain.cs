using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;
using IqdbFlat.Grains.Memory;
using Orleans.Concurrency;

namespace IqdbFlat.Grains.Placement;

/// <summary>Says where shards are, and moves them.</summary>
[StatelessWorker, Reentrant]
internal sealed class PlacementGrain(IGrainFactory grains, IClusterMembershipService membership, TimeProvider time) : Grain, IPlacementGrain
{
    private const int AskedAtOnce = 64;

    private readonly Retry _retry = new(time);

    public Task<SiloList> ListSilos(CancellationToken cancellationToken) => Task.FromResult(new SiloList([.. Silos.Select(Describe)]));

    public async Task<ShardPlacements> LocateShards(string index, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var clock = new RequestDeadline(deadline, time, cancellationToken);
        var description = await DescribeAsync(index, "the look for shards", clock);
        List<ShardLocation> shards = new(description.Settings.Shards);
        foreach (int[] some in Enumerable.Range(0, description.Settings.Shards).Chunk(AskedAtOnce))
            shards.AddRange(await Task.WhenAll(some.Select(LocateAsync)));
        return new([.. shards]);

        async Task<ShardLocation> LocateAsync(int shard) => await WhereAsync(grains.GetGrain<IShardGrain>(description.ShardKey(shard)), cancellationToken) is { } silo
            ? new(shard, silo.Name, Endpoint(silo))
            : new(shard, "", "");
    }

    public async Task<ShardMove> MoveShard(ShardMoveRequest request, CancellationToken cancellationToken)
    {
        if (request is null)
            throw FlatIndexException.InvalidConfig("a move names an index, a shard and a silo, found none");
        long started = time.GetTimestamp();
        using var clock = new RequestDeadline(request.Deadline, time, cancellationToken);
        var description = await DescribeAsync(request.Index, "the move", clock);
        if (request.Shard < 0 || request.Shard >= description.Settings.Shards)
            throw FlatIndexException.InvalidConfig($"the index '{request.Index}' has shards 0 to {description.Settings.Shards - 1}, found {request.Shard}");
        var target = Find(request.Silo);
        var grain = grains.GetGrain<IShardGrain>(description.ShardKey(request.Shard));
        string? from = null;
        try
        {
            return await _retry.RunAsync(MoveAsync, clock.Token);
        }
        catch (OperationCanceledException e) when (clock.Token.IsCancellationRequested)
        {
            throw clock.Stopped(e, $"the move of shard {request.Shard} to {target.Name}", mayHaveBeenApplied: true);
        }
        catch (FlatIndexException e) when (e.Error.Index is null)
        {
            throw new FlatIndexException(e.Error with { Index = request.Index }, e);
        }

        // Asked again until the shard serves from its target: it answers Loading meanwhile, and its silo may be lost on the way.
        async Task<ShardMove> MoveAsync()
        {
            var (at, address, rows) = await FindAsync();
            from ??= at;
            if (address == Endpoint(target))
                return new(request.Index, request.Shard, from, target.Name, rows, time.GetElapsedTime(started));
            if (!Silos.Any(silo => silo.SiloAddress.Equals(target.SiloAddress)))
                throw FlatIndexException.InvalidConfig($"the silo {target.Name} has left the cluster; shard {request.Shard} is on {at}");
            await ShardFailure.ReadAsync(AskAsync, request.Shard);
            throw FlatIndexException.Unavailable($"shard {request.Shard} is on {at} and on its way to {target.Name}");
        }

        // A shard that does not fit where it is can be moved, too; where it was to go to, that is the answer.
        async Task<(string Silo, string Address, long Rows)> FindAsync()
        {
            try
            {
                var stats = await ShardFailure.ReadAsync(() => grain.ReportShard(description.Epoch, clock.Token), request.Shard);
                return (stats.Silo, stats.Address, stats.Vectors);
            }
            catch (FlatIndexException e) when (SiloMemory.IsDoesNotFit(e))
            {
                var silo = await WhereAsync(grain, clock.Token);
                if (silo is null || silo.SiloAddress.Equals(target.SiloAddress))
                    throw;
                return (silo.Name, Endpoint(silo), 0);
            }
        }

        async Task<bool> AskAsync()
        {
            await grain.MoveShard(target.SiloAddress.ToParsableString(), clock.Token);
            return true;
        }
    }

    private IEnumerable<ClusterMember> Silos => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active)
        .OrderBy(member => member.Name, StringComparer.Ordinal)
        .ThenBy(member => member.SiloAddress);

    /// <summary>The silo that holds a shard, by the grain directory; null for none.</summary>
    private async Task<ClusterMember?> WhereAsync(IShardGrain shard, CancellationToken cancellationToken)
    {
        var address = await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(shard, cancellationToken);
        return address is null ? null : Silos.FirstOrDefault(silo => silo.SiloAddress.Equals(address));
    }

    private async Task<IndexDescription> DescribeAsync(string index, string what, RequestDeadline clock)
    {
        index ??= "";
        IndexName.Check(index);
        try
        {
            return await _retry.ReadAsync(() => grains.GetGrain<IIndexGrain>(index).DescribeIndex(clock.Token), shard: null, clock.Token);
        }
        catch (OperationCanceledException e) when (clock.Token.IsCancellationRequested)
        {
            throw clock.Stopped(e, what, mayHaveBeenApplied: false);
        }
    }

    private ClusterMember Find(string silo) =>
        Silos.FirstOrDefault(member => member.Name == silo) ?? Silos.FirstOrDefault(member => Endpoint(member) == silo)
        ?? throw FlatIndexException.InvalidConfig($"the cluster has the silos {string.Join(", ", Silos.Select(Describe))}, found '{silo}'");

    private static SiloDescription Describe(ClusterMember silo) => new(silo.Name, Endpoint(silo));

    private static string Endpoint(ClusterMember silo) => silo.SiloAddress.Endpoint.ToString();
}
