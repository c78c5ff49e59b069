using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

internal static partial class RowJson
{
    private static MetadataValue ReadArray(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException($"expected an array, found {Describe(reader.TokenType)}");
        var elements = new List<MetadataValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (elements.Count == Limits.ArrayElements)
                throw new FormatException($"expected at most {Limits.ArrayElements} elements in an array, found more");
            if (reader.TokenType == JsonTokenType.StartArray)
                throw new FormatException("expected no array within an array, found one");
            elements.Add(ReadValue(ref reader));
        }

        try
        {
            return MetadataValue.FromArray(elements);
        }
        catch (ArgumentException)
        {
            throw new FormatException($"expected values of one kind in an array, found {string.Join(", ", elements.Select(element => element.Kind).Distinct())}");
        }
    }

    private static MetadataValue ReadInstant(ref Utf8JsonReader reader)
    {
        string text = Text(ref reader);
        return InstantText.TryParse(text, out var instant)
            ? instant
            : throw new FormatException($"expected a time such as 2024-05-01T12:00:00Z or 2024-05-01T14:00:00.5+02:00, found \"{Excerpt(text)}\"");
    }

    private static void WriteArray(Utf8JsonWriter writer, in MetadataValue array)
    {
        writer.WriteStartArray();
        foreach (var element in array.AsArray)
            WriteValue(writer, element);
        writer.WriteEndArray();
    }

    private static void WriteInstant(Utf8JsonWriter writer, DateTimeOffset instant)
    {
        writer.WriteStartObject();
        writer.WriteString("instant", InstantText.Format(instant));
        writer.WriteEndObject();
    }
}
