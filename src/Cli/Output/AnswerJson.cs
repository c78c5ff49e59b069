using System.Globalization;
using System.Text.Json;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Output;

/// <summary>Answers as JSON, in the spelling of the golden cases: <c>{"id":{"u64":"7"},"distance":0.5,"distance_bits_hex":"3f000000"}</c>.</summary>
internal static class AnswerJson
{
    /// <summary>Writes the hits as an array; metadata where a hit carries it.</summary>
    public static void WriteHits(Utf8JsonWriter json, string property, IEnumerable<Hit> hits)
    {
        json.WriteStartArray(property);
        foreach (var hit in hits)
        {
            json.WriteStartObject();
            json.WritePropertyName("id");
            RowJson.WriteId(json, hit.Id);
            JsonOutput.WriteFloat(json, "distance", hit.Distance);
            json.WriteString("distance_bits_hex", BitConverter.SingleToUInt32Bits(hit.Distance).ToString("x8", CultureInfo.InvariantCulture));
            if (hit.Metadata is { } metadata)
            {
                json.WritePropertyName("metadata");
                RowJson.WriteMetadata(json, metadata);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
