namespace IqdbFlat.Cli.Formats;

/// <summary>A form that a file of rows can have.</summary>
/// <param name="Name">What it is called in errors and by <c>--format</c>.</param>
/// <param name="Extensions">The ends of names that tell it, lower case, with the dot.</param>
/// <param name="Open">Reads a stream that stands at its beginning.</param>
/// <param name="Create">Begins a file of rows of so many components; null for a form that is only read.</param>
internal sealed record RowFormat(
    string Name, IReadOnlyList<string> Extensions, Func<Stream, string, RowReader> Open, Func<string, int, RowWriter>? Create)
{
    /// <summary>Whether it is read from its middle too: then a pipe or a compressed file will not do.</summary>
    public bool NeedsSeek { get; init; }
}
