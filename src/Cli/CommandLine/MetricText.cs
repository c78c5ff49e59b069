using IqdbFlat.Engine;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>Metrics on the command line: their names in any case, such as <c>euclidean</c> or <c>DotProduct</c>.</summary>
internal static class MetricText
{
    /// <summary>The names, for help and errors.</summary>
    public const string Names = "euclidean, squaredeuclidean, cosine, dotproduct, manhattan or hamming";

    /// <summary>Reads a metric.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> with the names that there are.</exception>
    public static Metric Parse(string text)
    {
        // Not Enum.TryParse, which also takes numbers and lists.
        foreach (var metric in Enum.GetValues<Metric>())
        {
            if (string.Equals(text, metric.ToString(), StringComparison.OrdinalIgnoreCase))
                return metric;
        }

        throw FlatIndexException.InvalidConfig($"expected {Names} as the metric, found '{text}'");
    }
}
