using IqdbFlat.Cli.Conformance;
using IqdbFlat.Tests.Golden;

namespace IqdbFlat.Engine.Tests.Golden;

public class GoldenEngineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_golden_case_passes_on_the_engine(int threads)
    {
        var failures = new List<string>();
        foreach (var golden in GoldenFile.Cases.Concat(GoldenFile.ValuesAndLeaves))
        {
            if (await GoldenRun.RunAsync(golden, new EngineSubject(threads), CancellationToken.None) is { } why)
                failures.Add($"{golden.Name}: {why}");
        }

        Assert.Equal((562, 150), (GoldenFile.Cases.Count, GoldenFile.ValuesAndLeaves.Count));
        Assert.Empty(failures);
    }
}
