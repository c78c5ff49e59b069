using IqdbFlat.Cli.Conformance;

namespace IqdbFlat.Tests.Golden;

/// <summary>The golden cases beside the tests.</summary>
internal static class GoldenFile
{
    private static readonly Lazy<IReadOnlyList<GoldenCase>> All = new(() => Read("flat-index.jsonl"));
    private static readonly Lazy<IReadOnlyList<GoldenCase>> Own = new(() => Read("values-and-leaves.jsonl"));

    /// <summary>All cases that iqdb-flat 1.0 answered, in the order of the file.</summary>
    public static IReadOnlyList<GoldenCase> Cases => All.Value;

    /// <summary>Cases of what that index has not: instants, arrays and their leaves, answered by values-and-leaves.py beside them.</summary>
    public static IReadOnlyList<GoldenCase> ValuesAndLeaves => Own.Value;

    private static GoldenCase[] Read(string name)
    {
        using var lines = File.OpenText(Path.Combine(AppContext.BaseDirectory, "goldens", name));
        return [.. GoldenReader.Read(lines)];
    }
}
