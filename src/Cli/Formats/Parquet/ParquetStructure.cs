using System.Buffers.Binary;

namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>
/// Checks what holds a Parquet file together before the library reads it: the library believes its lengths, counts and kinds, and goes round for ever where
/// they are wrong. What columns hold within their pages is left to it. <see cref="InvalidDataException"/> for a file that does not hold together.
/// </summary>
internal static class ParquetStructure
{
    private const int TailBytes = 8;
    private const int MaxFooterBytes = 256 << 20;
    private const int MaxHeaderBytes = 1 << 20;
    private const long MaxValues = 0x7FFF_FFC7;

    /// <summary>The bytes that a file begins and ends with.</summary>
    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Checks a stream that can seek, and leaves it at its beginning.</summary>
    public static void Check(Stream stream)
    {
        byte[] footer = ReadFooter(stream);
        var file = new ThriftReader(footer).ReadStruct(ParquetShapes.FileMetaData);
        long end = stream.Length - TailBytes - footer.Length;
        CheckSchema(List(file, 2, "a schema"));
        long rows = 0;
        foreach (var group in List(file, 4, "groups of rows").Cast<Dictionary<int, object>>())
        {
            long groupRows = Number(group, 3, "the rows of a group", MaxValues);
            rows += groupRows;
            foreach (var column in List(group, 1, "columns").Cast<Dictionary<int, object>>())
                CheckColumn(stream, column, groupRows, end);
        }

        long promised = Number(file, 3, "the rows of the file", long.MaxValue);
        if (promised != rows)
            throw new InvalidDataException($"it promises {promised} rows, and its groups have {rows}");
        stream.Position = 0;
    }

    private static byte[] ReadFooter(Stream stream)
    {
        Span<byte> edge = stackalloc byte[TailBytes];
        if (stream.Length < Magic.Length + TailBytes)
            throw new InvalidDataException("it is too short");
        stream.Position = 0;
        stream.ReadExactly(edge[..Magic.Length]);
        bool begins = edge.StartsWith(Magic);
        stream.Position = stream.Length - TailBytes;
        stream.ReadExactly(edge);
        if (!begins || !edge[4..].SequenceEqual(Magic))
            throw new InvalidDataException("it does not begin and end with PAR1");
        long length = BinaryPrimitives.ReadUInt32LittleEndian(edge);
        if (length > Math.Min(MaxFooterBytes, stream.Length - TailBytes - Magic.Length))
            throw new InvalidDataException($"its footer of {length} bytes does not fit");
        byte[] footer = new byte[length];
        stream.Position = stream.Length - TailBytes - length;
        stream.ReadExactly(footer);
        return footer;
    }

    /// <summary>The schema is a tree in one list, each element with the number of its children: they must come out even.</summary>
    private static void CheckSchema(List<object> elements)
    {
        long open = 1;
        foreach (var element in elements.Cast<Dictionary<int, object>>())
        {
            if (open == 0)
                throw new InvalidDataException("its schema has elements that belong to none");
            if (!element.ContainsKey(4))
                throw new InvalidDataException("its schema has an element without a name");
            open += (element.ContainsKey(5) ? Number(element, 5, "the children of an element", elements.Count) : 0) - 1;
        }

        if (open != 0)
            throw new InvalidDataException("its schema has fewer elements than it says");
    }

    private static void CheckColumn(Stream stream, Dictionary<int, object> column, long rows, long end)
    {
        if (column.GetValueOrDefault(3) is not Dictionary<int, object> content)
            throw new InvalidDataException("it has a column without its description");
        foreach (int needed in (int[])[1, 3, 4])
        {
            if (!content.ContainsKey(needed))
                throw new InvalidDataException($"it has a column without the field {needed} of its description");
        }

        long values = Number(content, 5, "the values of a column", MaxValues);
        if (values < rows)
            throw new InvalidDataException($"it has a column of {values} values in a group of {rows} rows");
        Number(content, 6, "the bytes of a column", long.MaxValue);
        long bytes = Number(content, 7, "the bytes of a column", end);
        long start = Number(content, 9, "the place of a column", end);
        if (content.ContainsKey(11) && Number(content, 11, "the place of a dictionary", end) is > 0 and var dictionary)
            start = Math.Min(start, dictionary);
        if (start < Magic.Length || bytes > end - start)
            throw new InvalidDataException("it has a column that lies outside of it");
        CheckPages(stream, start, start + bytes, values);
    }

    private static void CheckPages(Stream stream, long start, long end, long expected)
    {
        long values = 0;
        while (start < end && values < expected)
        {
            var (header, headerBytes) = ReadHeader(stream, start, end);
            Number(header, 2, "the bytes of a page", int.MaxValue);
            long page = Number(header, 3, "the bytes of a page", end - start - headerBytes);
            long kind = Number(header, 1, "the kind of a page", 3);
            int description = kind switch { 0 => 5, 1 => 6, 2 => 7, _ => 8 };
            if (header.GetValueOrDefault(description) is not Dictionary<int, object> content)
                throw new InvalidDataException("it has a page without its description");
            if (kind != 1)
            {
                long count = Number(content, 1, "the values of a page", MaxValues);
                values += kind == 2 ? 0 : count;
            }

            start += headerBytes + page;
        }

        if (values != expected)
            throw new InvalidDataException($"it has a column of {expected} values, and its pages have {values}");
    }

    private static (Dictionary<int, object> Header, int Bytes) ReadHeader(Stream stream, long start, long end)
    {
        // Most headers are short; one with statistics of long texts is read again whole.
        for (int length = 256; ; length = MaxHeaderBytes)
        {
            byte[] bytes = new byte[Math.Min(length, end - start)];
            stream.Position = start;
            stream.ReadExactly(bytes);
            try
            {
                var reader = new ThriftReader(bytes);
                var header = reader.ReadStruct(ParquetShapes.PageHeader);
                return (header, reader.Position);
            }
            catch (InvalidDataException) when (length < MaxHeaderBytes && bytes.Length == length)
            {
                // The header may go on behind what was read.
            }
        }
    }

    private static List<object> List(Dictionary<int, object> fields, int id, string what) =>
        fields.GetValueOrDefault(id) as List<object> ?? throw new InvalidDataException($"it has no {what}");

    private static long Number(Dictionary<int, object> fields, int id, string what, long most) =>
        fields.GetValueOrDefault(id) is long value && value >= 0 && value <= most
            ? value
            : throw new InvalidDataException($"it says nothing of {what}, or what cannot be: {fields.GetValueOrDefault(id) ?? "nothing"}");
}
