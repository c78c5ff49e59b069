using System.Text.Json;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Output;

/// <summary>A stored row as JSON: <c>{"id":{"u64":"7"},"sequence":3,"vector":[1,2.5],"metadata":{}}</c>, with <c>"vectors"</c> where rows have several.</summary>
internal static class RowAnswer
{
    /// <summary>Writes the row; without its vector where that was not asked for.</summary>
    public static void Write(Utf8JsonWriter json, in StoredRow row, VectorParts? parts)
    {
        json.WriteStartObject();
        json.WritePropertyName("id");
        RowJson.WriteId(json, row.Id);
        json.WriteNumber("sequence", row.Sequence);
        if (!row.Vector.IsEmpty)
            RowJson.WriteVector(json, row.Vector, parts);
        json.WritePropertyName("metadata");
        RowJson.WriteMetadata(json, row.Metadata);
        json.WriteEndObject();
    }
}
