using System.Globalization;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Csv;

/// <summary>
/// What the columns of a CSV file mean. A first line of numbers alone is a row, and every column a component. Otherwise it names the columns: <c>id</c>;
/// <c>vector</c> with a vector in brackets, or <c>v0</c>, <c>v1</c> and so on with a component each; <c>metadata</c> with an object as in JSONL; and
/// every other column is a field of the metadata.
/// </summary>
internal sealed class CsvColumns
{
    private const string IdName = "id";
    private const string VectorName = "vector";
    private const string MetadataName = "metadata";

    private CsvColumns(bool hasNames, int id, int vector, int[] components, int metadata, (int Column, string Field)[] fields)
    {
        HasNames = hasNames;
        Id = id;
        Vector = vector;
        Components = components;
        Metadata = metadata;
        Fields = fields;
    }

    /// <summary>Whether the first line names the columns.</summary>
    public bool HasNames { get; }

    /// <summary>The column of ids; -1 for none: then the row's number is its id.</summary>
    public int Id { get; }

    /// <summary>The column of whole vectors; -1 where the components have columns of their own.</summary>
    public int Vector { get; }

    /// <summary>The columns of the components, in order.</summary>
    public IReadOnlyList<int> Components { get; }

    /// <summary>The column of metadata objects; -1 for none.</summary>
    public int Metadata { get; }

    /// <summary>Columns that are fields of the metadata.</summary>
    public IReadOnlyList<(int Column, string Field)> Fields { get; }

    /// <summary>Reads the first line.</summary>
    public static CsvColumns Of(IReadOnlyList<string> first, string file)
    {
        if (first.All(IsNumber))
            return new(false, -1, -1, [.. Enumerable.Range(0, first.Count)], -1, []);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int column = 0; column < first.Count; column++)
        {
            if (!places.TryAdd(first[column], column))
                throw FileProblem.Corrupt(file, null, $"the first line names the column \"{RowJson.Excerpt(first[column])}\" twice");
        }

        var components = new List<int>();
        while (places.Remove($"v{components.Count.ToString(CultureInfo.InvariantCulture)}", out int column))
            components.Add(column);
        int vector = Take(places, VectorName);
        if (vector >= 0 == components.Count > 0)
        {
            throw FileProblem.Unsupported(
                file, $"expected in the first line either a column vector or columns v0, v1 and so on, found {(vector >= 0 ? "both" : "neither")}");
        }

        if (components.Count > Limits.Dimension)
            throw FileProblem.Unsupported(file, $"expected at most {Limits.Dimension} columns of components, found {components.Count}");
        int id = Take(places, IdName);
        int metadata = Take(places, MetadataName);
        return new(true, id, vector, [.. components], metadata, [.. places.OrderBy(place => place.Value).Select(place => (place.Value, place.Key))]);
    }

    private static int Take(Dictionary<string, int> places, string name) => places.Remove(name, out int column) ? column : -1;

    private static bool IsNumber(string cell) => float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
