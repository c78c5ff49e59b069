using System.Net;
using IqdbFlat.Abstractions;
using IqdbFlat.Grains.Placement;
using Orleans.Runtime;

namespace IqdbFlat.Grains.Tests.Placement;

public sealed class ShardPlacementDirectorTests
{
    private static readonly SiloAddress[] Silos =
        [.. Enumerable.Range(0, 5).Select(i => SiloAddress.New(IPAddress.Loopback, 11_111 + i, 1))];

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(23)]
    public void Shards_are_spread_as_evenly_as_their_number_allows(int shards)
    {
        var counts = Enumerable.Range(0, shards)
            .Select(shard => ShardPlacementDirector.Choose(new("index", "01ARZ3NDEKTSV4RRFFQ69G5FAV", shard), Silos))
            .CountBy(silo => silo)
            .ToDictionary();

        Assert.All(Silos, silo => Assert.InRange(counts.GetValueOrDefault(silo), shards / Silos.Length, (shards + Silos.Length - 1) / Silos.Length));
    }

    [Fact]
    public void The_order_in_which_silos_are_seen_does_not_matter()
    {
        var key = new ShardKey("index", "01ARZ3NDEKTSV4RRFFQ69G5FAV", 3);

        Assert.Equal(ShardPlacementDirector.Choose(key, Silos), ShardPlacementDirector.Choose(key, [.. Silos.Reverse()]));
    }

    [Fact]
    public void Indexes_of_one_shard_do_not_all_meet_on_one_silo()
    {
        int used = Enumerable.Range(0, 60).Select(i => ShardPlacementDirector.Choose(new("index", $"incarnation-{i}", 0), Silos)).Distinct().Count();

        Assert.Equal(Silos.Length, used);
    }
}
