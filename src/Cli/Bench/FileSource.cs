using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Bench;

/// <summary>Rows and queries of two files. An id is a row's number, and goes into results as one.</summary>
internal sealed class FileSource(string rows, string queries) : IBenchSource
{
    /// <inheritdoc/>
    public string Name => Path.GetFileName(rows);

    /// <inheritdoc/>
    public RowReader OpenRows() => RowFiles.OpenVectors(rows);

    /// <inheritdoc/>
    public RowReader OpenQueries() => RowFiles.OpenVectors(queries);
}
