using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IqdbFlat.Cli.Output;

/// <summary>One JSON value on one line.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes what <paramref name="content"/> writes, and a line end; nothing when it throws.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            content(json);
        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Writes a float so that it reads back to the same bits; what JSON has no number for as a string: "NaN", "Infinity", "-Infinity".</summary>
    public static void WriteFloat(Utf8JsonWriter json, string property, float value)
    {
        json.WritePropertyName(property);
        WriteFloatValue(json, value);
    }

    /// <summary>The same as an element of an array.</summary>
    public static void WriteFloatValue(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(Formats.FloatText.Of(value));
    }
}
