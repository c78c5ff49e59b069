using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Output;

/// <summary>Vectors and metadata in the cell of a table.</summary>
internal static class RowText
{
    private const int ComponentsShown = 4;

    /// <summary>The first components, and how many there are.</summary>
    public static string Vector(ReadOnlySpan<float> vector)
    {
        var shown = vector[..Math.Min(vector.Length, ComponentsShown)].ToArray().Select(FloatText.Of);
        string text = string.Join(", ", shown);
        return vector.Length > ComponentsShown ? $"{text}, ... ({Quantity.Count(vector.Length)})" : text;
    }

    /// <summary>The same of a packed vector, name by name.</summary>
    public static string Vector(ReadOnlyMemory<float> vector, VectorParts? parts) => parts is null
        ? Vector(vector.Span)
        : string.Join("; ", parts.Unpack(vector).Select(part => $"{PlainText.OneLine(part.Key)}: {Vector(part.Value.Span)}"));

    /// <summary>Fields and values: <c>kind = 'method', year = 2024</c>, as a filter would name them.</summary>
    public static string Metadata(Metadata? metadata) => metadata is null
        ? ""
        : string.Join(", ", Enumerable.Range(0, metadata.Count).Select(field =>
        {
            var (name, value) = metadata.At(field);
            return FilterText.Format(Filter.Eq(name, value));
        }));
}
