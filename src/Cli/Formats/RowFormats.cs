using IqdbFlat.Cli.Formats.Arrays;
using IqdbFlat.Cli.Formats.Csv;
using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Cli.Formats.Hdf5;
using IqdbFlat.Cli.Formats.Parquet;
using IqdbFlat.Cli.Formats.Vecs;

namespace IqdbFlat.Cli.Formats;

/// <summary>The forms of files of rows, and how each is known by its name and by its first bytes.</summary>
internal static class RowFormats
{
    /// <summary>JSON objects, one a line.</summary>
    public static RowFormat Jsonl { get; } = new(
        "jsonl", [".jsonl", ".ndjson"], (stream, name) => new JsonlRowReader(stream, name), (path, dimension) => new JsonlRowWriter(path, dimension));

    /// <summary>Values with commas between them.</summary>
    public static RowFormat Csv { get; } = new(
        "csv", [".csv"], (stream, name) => new CsvRowReader(stream, name), (path, dimension) => new CsvRowWriter(path, dimension));

    /// <summary>An array of NumPy.</summary>
    public static RowFormat Npy { get; } = new("npy", [".npy"], OpenNpy, (path, dimension) => new NpyRowWriter(path, dimension));

    /// <summary>Arrays with names, as ann-benchmarks has them.</summary>
    public static RowFormat Hdf5 { get; } = new("hdf5", [".hdf5", ".h5"], OpenHdf5, (path, dimension) => new Hdf5RowWriter(path, dimension)) { NeedsSeek = true };

    /// <summary>Columns with lists of floats.</summary>
    public static RowFormat Parquet { get; } = new(
        "parquet", [".parquet"], (stream, name) => new ParquetRowReader(stream, name), (path, dimension) => new ParquetRowWriter(path, dimension))
    {
        NeedsSeek = true,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RowFormat> All { get; } =
    [
        Jsonl,
        Csv,
        Vecs<float>("fvecs", ElementKind.Float32),
        Vecs<int>("ivecs", ElementKind.Int32),
        Vecs<byte>("bvecs", ElementKind.UInt8),
        Bin("fbin", ElementKind.Float32),
        Bin("ibin", ElementKind.Int32),
        Bin("u8bin", ElementKind.UInt8),
        Bin("i8bin", ElementKind.Int8),
        Npy,
        Parquet,
        Hdf5,
    ];

    /// <summary>All ends of names, for errors.</summary>
    public static string Known { get; } = string.Join(", ", All.SelectMany(format => format.Extensions));

    /// <summary>The form that a name tells; null for none. The end .gz is passed over.</summary>
    public static RowFormat? ByName(string path)
    {
        string name = SplitPart(path).File;
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            name = name[..^3];
        return All.FirstOrDefault(format => format.Extensions.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The form that the first bytes tell; null where they could be several.</summary>
    public static RowFormat? ByContent(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(NpyHeader.Magic))
            return Npy;
        if (start.StartsWith(ParquetStructure.Magic))
            return Parquet;
        if (start.StartsWith(Hdf5RowReader.Magic))
            return Hdf5;
        if (start.StartsWith("\uFEFF"u8))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);

        // No form of numbers alone can begin so: the first four bytes would count more components or rows than there may be.
        return start.Length > 2 && start.StartsWith("{\""u8) && start[2] != 0 ? Jsonl : null;
    }

    /// <summary>Parts <c>file.hdf5#array</c> into the file and the array within; null where none is named.</summary>
    public static (string File, string? Part) SplitPart(string path)
    {
        int mark = path.LastIndexOf('#');
        return mark > 0 && Hdf5.Extensions.Any(end => path[..mark].EndsWith(end, StringComparison.OrdinalIgnoreCase)) ? (path[..mark], path[(mark + 1)..]) : (path, null);
    }

    private static RowFormat Vecs<T>(string name, ElementKind kind)
        where T : unmanaged =>
        new(name, [$".{name}"], (stream, file) => new VecsRowReader<T>(stream, file), (path, dimension) => new VecsRowWriter(path, dimension, new(kind)));

    private static RowFormat Bin(string name, ElementKind kind) => new(
        name,
        [$".{name}"],
        (stream, file) => new ArrayRowReader(stream, file, BinHeader.Read(stream, file, new(kind))),
        (path, dimension) => new BinRowWriter(path, dimension, new(kind)));

    private static Hdf5RowReader OpenHdf5(Stream stream, string name) => new(stream, name, SplitPart(name).Part);

    private static RowReader OpenNpy(Stream stream, string name)
    {
        var header = NpyHeader.Read(stream, name);
        return header.ColumnsFirst ? new ColumnArrayReader(stream, name, header) : new ArrayRowReader(stream, name, header);
    }
}
