using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace IqdbFlat.Samples.Tests;

/// <summary>The recall of an approximate index, measured against the exact one.</summary>
public sealed partial class ApproximateRecallTests
{
    [Fact]
    public async Task The_recall_of_the_graph_rises_with_its_candidates_and_every_search_is_audited()
    {
        Assert.SkipUnless(
            RuntimeInformation.RuntimeIdentifier is var system && RuntimeInformation.OSArchitecture == Architecture.X64 && !OperatingSystem.IsMacOS(),
            $"The package of the approximate index has no program for {system}.");

        string[] printed = await SampleProcess.RunAsync("ApproximateRecall");

        var lines = printed.Select(line => Line().Match(line)).Where(match => match.Success).ToArray();
        Assert.Equal(["10", "40", "160"], lines.Select(match => match.Groups[1].Value));
        Assert.All(lines, match => Assert.Equal("200", match.Groups[3].Value));
        double[] recalls = [.. lines.Select(match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(recalls.Order(), recalls);
        Assert.InRange(recalls[0], 0.05, 0.9);
        Assert.InRange(recalls[^1], 0.9, 1);
    }

    [GeneratedRegex(@"graph with +(\d+) candidates: ([\d.]+) on average, [\d.]+ at worst, (\d+) audited")]
    private static partial Regex Line();
}
