using global::Parquet.Schema;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>
/// What the columns of a Parquet file mean: <c>id</c>; the vector, a list of floats or doubles named <c>vector</c>, <c>embedding</c> or <c>emb</c>, or the only
/// list there is; <c>metadata</c>, text with an object as in JSONL; and every other column is a field of the metadata.
/// </summary>
internal sealed class ParquetColumns
{
    private static readonly string[] VectorNames = ["vector", "embedding", "emb"];

    private ParquetColumns(DataField? id, DataField vector, DataField? metadata, DataField[] fields)
    {
        Id = id;
        Vector = vector;
        Metadata = metadata;
        Fields = fields;
    }

    /// <summary>The column of ids; null for none: then the row's number is its id.</summary>
    public DataField? Id { get; }

    /// <summary>The column of the vectors' components.</summary>
    public DataField Vector { get; }

    /// <summary>The column of metadata objects; null for none.</summary>
    public DataField? Metadata { get; }

    /// <summary>Columns that are fields of the metadata.</summary>
    public IReadOnlyList<DataField> Fields { get; }

    /// <summary>Reads the schema.</summary>
    public static ParquetColumns Of(ParquetSchema schema, string file)
    {
        var lists = schema.DataFields.Where(field => field.MaxRepetitionLevel == 1 && (field.ClrType == typeof(float) || field.ClrType == typeof(double))).ToArray();
        var vector = VectorNames.Select(name => lists.FirstOrDefault(list => NameOf(list) == name)).FirstOrDefault(list => list is not null)
            ?? (lists.Length == 1 ? lists[0] : null)
            ?? throw FileProblem.Unsupported(file, $"expected one column of lists of floats, or one named {string.Join(", ", VectorNames)}, found {lists.Length} such columns");
        var others = schema.DataFields.Where(field => field != vector).ToArray();
        if (others.FirstOrDefault(field => field.MaxRepetitionLevel > 0 || field.Path.Length > 1) is { } nested)
            throw FileProblem.Unsupported(file, $"the column {nested.Path} holds lists or groups: beside the vector, expected columns of single values");
        var id = others.FirstOrDefault(field => field.Name == "id");
        var metadata = others.FirstOrDefault(field => field.Name == "metadata");
        if (metadata is not null && !ParquetCells.IsText(metadata))
            throw FileProblem.Unsupported(file, $"expected text in the column metadata, found {metadata.ClrType.Name}");
        return new(id, vector, metadata, [.. others.Where(field => field != id && field != metadata)]);
    }

    private static string NameOf(DataField list) => list.Path.FirstPart!;
}
