using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>A question in plain language, with a filter or without.</summary>
/// <param name="Text">The question.</param>
/// <param name="Filter">The filter's text, or null.</param>
internal sealed record DemoQuestion(string Text, string? Filter = null)
{
    /// <summary>What the demo asks when it is not asked anything.</summary>
    public static IReadOnlyList<DemoQuestion> Examples { get; } =
    [
        new("read all lines of a text file"),
        new("read all lines of a text file", "kind = 'method' and namespace in ('System.IO', 'System.Text')"),
        new("compute the SHA-256 hash of a stream", "kind = 'method' and parameters <= 2"),
        new("split a string into substrings by a separator"),
        new("raised when a file or directory is renamed", "kind = 'event'"),
        new("convert the time to coordinated universal time (UTC)", "not (kind = 'type') and summary_length < 200"),
    ];

    /// <summary>The filter, read.</summary>
    public Filter? ParseFilter() => Filter is null ? null : FilterText.Parse(Filter);
}
