using IqdbFlat.Docs.Tests.Samples;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Docs.Tests;

/// <summary>Every csharp block of every document, compiled against the project and run.</summary>
public sealed class SampleTests(OneSilo silo) : IClassFixture<OneSilo>
{
    public static TheoryData<string> Places => [.. Sample.All.Select(sample => sample.Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Block_compiles_runs_and_prints_what_it_says(string place)
    {
        var sample = Sample.All.Single(candidate => candidate.Place == place);
        await using var surroundings = await SampleSurroundings.MakeAsync(sample.Mode);
        var program = new SampleProgram(sample, surroundings.Replacements);

        Assert.Empty(program.Problems);
        string[] printed = await program.RunAsync(await SampleRows.VariablesAsync(sample.Mode, silo.Cluster));

        Assert.Equal(sample.Prints, printed);
    }

    [Fact]
    public void The_first_search_of_the_provider_takes_at_most_fifteen_lines()
    {
        var first = Sample.All.First(sample => sample is { Block.Document: "README.md", Mode: SampleMode.Program } && sample.Block.Code.Contains("using IqdbFlat.VectorData;", StringComparison.Ordinal));

        Assert.Contains("SearchAsync", first.Block.Code, StringComparison.Ordinal);
        Assert.NotEmpty(first.Prints);
        Assert.InRange(first.Block.Code.TrimEnd().Split('\n').Length, 1, 15);
    }

    [Fact]
    public void Readme_and_the_description_of_the_api_have_blocks()
    {
        var run = Sample.All.Select(sample => sample.Block.Document).ToHashSet();

        Assert.Contains("README.md", run);
        Assert.Contains("docs/API.md", run);
    }
}

/// <summary>A cluster of one silo for all blocks.</summary>
public sealed class OneSilo : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await TestCluster.StartAsync(1);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
