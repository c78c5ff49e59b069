using global::Parquet;
using global::Parquet.Schema;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>A column of single values of one group of rows, as values of metadata; null where a row has none.</summary>
internal static class ParquetCells
{
    /// <summary>Whether a column holds text.</summary>
    public static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    /// <summary>Reads a column.</summary>
    public static MetadataValue?[] Read(ParquetRowGroupReader group, DataField field, string file)
    {
        var type = field.ClrType;
        return
            IsText(field) ? Texts(group, field) :
            type == typeof(bool) ? Numbers<bool>(group, field, value => value) :
            type == typeof(sbyte) ? Numbers<sbyte>(group, field, value => (long)value) :
            type == typeof(byte) ? Numbers<byte>(group, field, value => (long)value) :
            type == typeof(short) ? Numbers<short>(group, field, value => (long)value) :
            type == typeof(ushort) ? Numbers<ushort>(group, field, value => (long)value) :
            type == typeof(int) ? Numbers<int>(group, field, value => (long)value) :
            type == typeof(uint) ? Numbers<uint>(group, field, value => (long)value) :
            type == typeof(long) ? Numbers<long>(group, field, value => value) :
            type == typeof(ulong) ? Numbers<ulong>(group, field, value => value <= long.MaxValue ? (long)value : throw Unfit(field, file, value)) :
            type == typeof(float) ? Numbers<float>(group, field, value => (double)value) :
            type == typeof(double) ? Numbers<double>(group, field, value => value) :
            type == typeof(decimal) ? Numbers<decimal>(group, field, value => (double)value) :
            type == typeof(DateTime) ? Numbers<DateTime>(group, field, value => MetadataValue.FromInstant(new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)))) :
            throw FileProblem.Unsupported(file, $"the column {field.Name} holds values of type {type.Name}: expected text, numbers, bools or times");
    }

    /// <summary>Reads a column of ids.</summary>
    public static RowId[] Ids(ParquetRowGroupReader group, DataField field, string file, long firstRow)
    {
        if (field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>))
        {
            var bytes = new byte[]?[group.RowCount];
            group.ReadAsync(field, bytes.AsMemory()!).AsTask().GetAwaiter().GetResult();
            return Each(bytes, value => RowId.FromBytes(value!), file, firstRow);
        }

        if (field.ClrType == typeof(ulong))
            return Each(Nullable<ulong>(group, field), number => (RowId)(number ?? throw NoId()), file, firstRow);
        return Each(
            Read(group, field, file),
            value => value switch
            {
                { Kind: MetadataKind.Int, AsInt: >= 0 and var number } => (ulong)number,
                { Kind: MetadataKind.String } text => CommandLine.RowIdText.Parse(text.AsString),
                _ => throw NoId(),
            },
            file,
            firstRow);
    }

    private static RowId[] Each<T>(T[] cells, Func<T, RowId> convert, string file, long firstRow)
    {
        var ids = new RowId[cells.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            try
            {
                ids[i] = cells[i] is null ? throw NoId() : convert(cells[i]);
                RowIdLimits.Check(ids[i]);
            }
            catch (FlatIndexException problem)
            {
                throw FileProblem.At(file, firstRow + i, null, problem);
            }
        }

        return ids;
    }

    private static MetadataValue?[] Texts(ParquetRowGroupReader group, DataField field)
    {
        var texts = new string?[group.RowCount];
        group.ReadAsync(field, texts.AsMemory()!).AsTask().GetAwaiter().GetResult();
        return Array.ConvertAll(texts, text => text is null ? (MetadataValue?)null : text);
    }

    private static MetadataValue?[] Numbers<T>(ParquetRowGroupReader group, DataField field, Func<T, MetadataValue> convert)
        where T : struct =>
        Array.ConvertAll(Nullable<T>(group, field), value => value is { } number ? (MetadataValue?)convert(number) : null);

    private static T?[] Nullable<T>(ParquetRowGroupReader group, DataField field)
        where T : struct
    {
        var values = new T?[group.RowCount];
        if (field.IsNullable)
        {
            group.ReadAsync<T>(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
            return values;
        }

        var all = new T[group.RowCount];
        group.ReadAsync<T>(field, all.AsMemory()).AsTask().GetAwaiter().GetResult();
        return Array.ConvertAll(all, value => (T?)value);
    }

    private static FlatIndexException Unfit(DataField field, string file, ulong value) => FileProblem.Unsupported(
        file, $"the column {field.Name} holds {value}: expected integers of 64 bits with a sign");

    private static FlatIndexException NoId() => FlatIndexException.InvalidConfig(
        "expected in the column id an integer of 0 or more, bytes, or text such as 7 or 0x0a1b, found something else");
}
