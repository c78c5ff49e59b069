using IqdbFlat.Cli.Conformance;

namespace IqdbFlat.Tests.Golden;

/// <summary>The golden cases beside the tests.</summary>
internal static class GoldenFile
{
    private static readonly Lazy<IReadOnlyList<GoldenCase>> All = new(() =>
    {
        using var lines = File.OpenText(Path.Combine(AppContext.BaseDirectory, "goldens", "flat-index.jsonl"));
        return [.. GoldenReader.Read(lines)];
    });

    /// <summary>All cases, in the order of the file.</summary>
    public static IReadOnlyList<GoldenCase> Cases => All.Value;
}
