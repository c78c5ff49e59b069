using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// Opens and makes files of rows: the format is told by the name's extension and checked by the first bytes. Compression by gzip is undone on the way;
/// the name <c>-</c> is standard input.
/// </summary>
internal static class RowFiles
{
    /// <summary>The name of standard input on a command line.</summary>
    public const string StandardInput = "-";

    private const int BufferBytes = 1 << 20;

    /// <summary>Opens a file to read. A name without a known extension is told by its content, where that is clear.</summary>
    /// <param name="path">The file, or <see cref="StandardInput"/>.</param>
    /// <param name="format">The name of its form, where the caller knows it.</param>
    /// <exception cref="FlatIndexException">No such file, a format that cannot be told, or content that is not what the name says.</exception>
    /// <param name="parts">The named vectors that rows have; null for rows that are one vector.</param>
    public static RowReader Open(string path, string? format = null, VectorParts? parts = null)
    {
        try
        {
            if (path == StandardInput)
                return Open(Console.OpenStandardInput(), "standard input", format, parts);
            string file = RowFormats.SplitPart(path).File;
            return Open(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan), path, format, parts);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Unsupported(path, $"the file cannot be read: {exception.Message}");
        }
    }

    /// <summary>Opens a file of vectors alone, whose rows are known by their number.</summary>
    /// <exception cref="FlatIndexException">What <c>Open</c> refuses; or a file with ids of its own.</exception>
    public static RowReader OpenVectors(string path)
    {
        var reader = Open(path);
        if (!reader.HasOwnIds)
            return reader;
        reader.Dispose();
        throw FileProblem.Unsupported(path, "expected a file of vectors alone, such as .fvecs, .fbin or .npy, found one with ids of its own");
    }

    /// <summary>Reads rows from a stream, which is closed with the reader or when this fails.</summary>
    public static RowReader Open(Stream stream, string name, string? format = null, VectorParts? parts = null)
    {
        try
        {
            var (content, start) = PeekedStream.Peek(stream);
            if (start.StartsWith(GunzipStream.Magic))
                (content, start) = PeekedStream.Peek(new GunzipStream(content, name));
            stream = content;
            var chosen = Choose(name, start, format);
            if (chosen.NeedsSeek && !content.CanSeek)
                throw FileProblem.Unsupported(name, $"the form {chosen.Name} is read from its middle too: expected a file that is neither compressed nor a pipe");
            if (parts is not null && chosen != RowFormats.Jsonl)
                throw OnlyJsonl(name, chosen.Name);
            return parts is null ? chosen.Open(content, name) : new JsonlRowReader(content, name, parts);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Begins a file of the format that its extension names.</summary>
    /// <exception cref="FlatIndexException">An extension of no known format, or a place that cannot be written.</exception>
    /// <param name="path">The file.</param>
    /// <param name="dimension">Components of a row.</param>
    /// <param name="parts">The named vectors that rows have; null for rows that are one vector.</param>
    public static RowWriter Create(string path, int dimension, VectorParts? parts = null)
    {
        try
        {
            if (parts is not null && RowFormats.ByName(path) is { } other && other != RowFormats.Jsonl)
                throw OnlyJsonl(path, other.Name);
            return parts is null ? Writable(path)(path, dimension) : new JsonlRowWriter(path, dimension, parts);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Unsupported(path, $"the file cannot be written: {exception.Message}");
        }
    }

    /// <summary>Refuses a name that no file can be made under, before anything is asked of anybody.</summary>
    /// <exception cref="FlatIndexException">An extension of no known format, or of one that is not written.</exception>
    public static void CheckName(string path) => Writable(path);

    private static FlatIndexException OnlyJsonl(string name, string found) =>
        FileProblem.Unsupported(name, $"rows with several vectors are read and written as JSON lines, found the form {found}");

    private static Func<string, int, RowWriter> Writable(string path)
    {
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            throw FileProblem.Unsupported(path, "files are written without compression: expected a name that does not end in .gz");
        return RowFormats.ByName(path)?.Create ?? throw FileProblem.Unsupported(path, $"expected a name that ends in {RowFormats.Known}");
    }

    private static RowFormat Choose(string name, ReadOnlySpan<byte> start, string? asked)
    {
        RowFormat? wanted = null;
        if (asked is not null)
        {
            wanted = RowFormats.All.FirstOrDefault(format => format.Name.Equals(asked, StringComparison.OrdinalIgnoreCase))
                ?? throw FlatIndexException.InvalidConfig($"expected a form of {string.Join(", ", RowFormats.All.Select(format => format.Name))}, found '{asked}'");
        }

        var named = wanted ?? RowFormats.ByName(name);
        var found = RowFormats.ByContent(start);
        if (named is not null && found is not null && named != found)
            throw FileProblem.Unsupported(name, $"{(wanted is null ? "the name" : "--format")} says {named.Name}, the content is {found.Name}");
        return named ?? found
            ?? throw FileProblem.Unsupported(name, $"expected rows in a known form, told by the content, by --format or by a name that ends in {RowFormats.Known}; found none of these");
    }
}
