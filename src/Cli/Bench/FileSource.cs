using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Bench;

/// <summary>Rows and queries of two files.</summary>
internal sealed class FileSource(string rows, string queries) : IBenchSource
{
    /// <inheritdoc/>
    public string Name => Path.GetFileName(rows);

    /// <inheritdoc/>
    public RowReader OpenRows() => Open(rows);

    /// <inheritdoc/>
    public RowReader OpenQueries() => Open(queries);

    // An id is a row's number here, and goes into results as one: files with ids of their own have no place.
    private static RowReader Open(string path)
    {
        var reader = RowFiles.Open(path);
        if (!reader.HasOwnIds)
            return reader;
        reader.Dispose();
        throw FileProblem.Unsupported(path, "expected a file of vectors alone, such as .fvecs, .fbin or .npy, found one with ids of its own");
    }
}
