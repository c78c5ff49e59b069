using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>Opens and makes files of rows: the format is told by the name's extension and checked by the first bytes.</summary>
internal static class RowFiles
{
    private const string Known = ".jsonl, .ndjson, .fvecs or .npy";

    /// <summary>Opens a file to read. A name without a known extension is told by its content, where that is clear.</summary>
    /// <exception cref="FlatIndexException">No such file, a format that cannot be told, or content that is not what the name says.</exception>
    public static RowReader Open(string path)
    {
        try
        {
            return Recognise(path) switch
            {
                RowFileFormat.Jsonl => new JsonlRowReader(path),
                RowFileFormat.Fvecs => new FvecsRowReader(path),
                _ => new NpyRowReader(path),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Unsupported(path, $"the file cannot be read: {exception.Message}");
        }
    }

    /// <summary>Begins a file of the format that its extension names.</summary>
    /// <exception cref="FlatIndexException">An extension of no known format, or a place that cannot be written.</exception>
    public static RowWriter Create(string path, int dimension)
    {
        try
        {
            return ByName(path) switch
            {
                RowFileFormat.Jsonl => new JsonlRowWriter(path, dimension),
                RowFileFormat.Fvecs => new FvecsRowWriter(path, dimension),
                RowFileFormat.Npy => new NpyRowWriter(path, dimension),
                _ => throw NoKnownName(path),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Unsupported(path, $"the file cannot be written: {exception.Message}");
        }
    }

    /// <summary>Refuses a name that no file can be made under, before anything is asked of anybody.</summary>
    /// <exception cref="FlatIndexException">An extension of no known format.</exception>
    public static void CheckName(string path)
    {
        if (ByName(path) is null)
            throw NoKnownName(path);
    }

    /// <summary>The format of a file, by its name and first bytes.</summary>
    public static RowFileFormat Recognise(string path)
    {
        Span<byte> buffer = stackalloc byte[64];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        ReadOnlySpan<byte> start = buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            throw FileProblem.Unsupported(path, $"the file is compressed by gzip: unpack it first; expected {Known}");
        var byName = ByName(path);
        var byContent = ByContent(start);
        if (byName is { } named && byContent is { } found && named != found)
            throw FileProblem.Unsupported(path, $"the name says {named}, the content is {found}: rename the file");
        return byName ?? byContent
            ?? throw FileProblem.Unsupported(path, $"expected a file of rows with a name that ends in {Known}, found neither such a name nor such content");
    }

    private static FlatIndexException NoKnownName(string path) => FileProblem.Unsupported(path, $"expected a name that ends in {Known}");

    private static RowFileFormat? ByName(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JSONL" or ".NDJSON" => RowFileFormat.Jsonl,
        ".FVECS" => RowFileFormat.Fvecs,
        ".NPY" => RowFileFormat.Npy,
        _ => null,
    };

    private static RowFileFormat? ByContent(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(NpyHeader.Magic))
            return RowFileFormat.Npy;
        if (start.StartsWith("\uFEFF"u8))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);

        // An .fvecs file cannot begin so: its first four bytes would count more components than any row may have.
        return start.Length > 2 && start.StartsWith("{\""u8) && start[2] != 0 ? RowFileFormat.Jsonl : null;
    }
}
