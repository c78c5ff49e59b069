using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>Moving and spreading shards, on a cluster of one silo: what can be moved there is there already.</summary>
[Collection(SharedSilo.Name)]
public class PlacementCommandsTests(CommandCluster cluster)
{
    [Fact]
    public async Task The_silos_are_listed_by_name_and_address()
    {
        var silo = Assert.Single((await cluster.RunAsync("silos", "--json")).Ok().Json.GetProperty("silos").EnumerateArray());
        Assert.StartsWith("127.0.0.1:", silo.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal(silo.GetProperty("address").GetString(), silo.GetProperty("name").GetString());
        Assert.Contains(silo.GetProperty("name").GetString()!, (await cluster.RunAsync("silos")).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_and_stats_say_which_silo_holds_each_shard()
    {
        string index = await cluster.NewIndexAsync(shards: 4);
        string silo = await SiloAsync();
        var described = (await cluster.RunAsync("describe", index, "--json")).Ok().Json.GetProperty("placement").EnumerateArray();
        Assert.Equal([silo, silo, silo, silo], described.Select(shard => shard.GetProperty("silo").GetString()));
        Assert.Contains("shards 0 to 3", (await cluster.RunAsync("describe", index)).Ok().Output, StringComparison.Ordinal);
        var stats = (await cluster.RunAsync("stats", index, "--json")).Ok().Json.GetProperty("shards").EnumerateArray();
        Assert.All(stats, shard => Assert.Equal(silo, shard.GetProperty("silo").GetString()));
    }

    [Fact]
    public async Task A_shard_that_is_there_already_is_told_to_be()
    {
        string index = await cluster.NewIndexAsync();
        string silo = await SiloAsync();
        var moved = (await cluster.RunAsync("move", index, "2", "--to", silo, "--json")).Ok().Json;
        Assert.Equal(
            (index, 2, silo, silo, 0),
            (moved.GetProperty("index").GetString(),
            moved.GetProperty("shard").GetInt32(),
            moved.GetProperty("from").GetString(),
            moved.GetProperty("to").GetString(),
            moved.GetProperty("rows").GetInt32()));
        Assert.Equal($"shard 2 of {index} is on {silo} already\n", (await cluster.RunAsync("move", index, "2", "--to", silo)).Ok().Output);
    }

    [Fact]
    public async Task What_cannot_be_moved_is_bad_input_and_told_in_one_sentence()
    {
        string index = await cluster.NewIndexAsync(shards: 3);
        (await cluster.RunAsync("move", index, "3", "--to", await SiloAsync())).Fails(ExitCode.BadInput, $"the index '{index}' has shards 0 to 2, found 3");
        (await cluster.RunAsync("move", index, "0", "--to", "silo-9")).Fails(ExitCode.BadInput, await SiloAsync(), "found 'silo-9'");
        (await cluster.RunAsync("move", index, "first", "--to", "silo-9")).Fails(ExitCode.BadInput);
        (await cluster.RunAsync("move", index, "0")).Fails(ExitCode.BadInput);
    }

    [Fact]
    public async Task Where_all_lies_evenly_a_rebalance_moves_nothing()
    {
        string index = await cluster.NewIndexAsync(shards: 3);
        Assert.Equal(0, (await cluster.RunAsync("rebalance", index, "--json")).Ok().Json.GetProperty("moved").GetInt32());
        Assert.Equal("all shards lie evenly: nothing was moved\n", (await cluster.RunAsync("rebalance", index)).Ok().Output);
    }

    private async Task<string> SiloAsync() =>
        (await cluster.RunAsync("silos", "--json")).Ok().Json.GetProperty("silos").EnumerateArray().Single().GetProperty("name").GetString()!;
}
