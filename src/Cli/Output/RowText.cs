using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Output;

/// <summary>Vectors in the cell of a table.</summary>
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
}
