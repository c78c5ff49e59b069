using System.Buffers;
using System.Globalization;
using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// Ids and metadata as JSON, read and written to the bit.
/// <list type="table">
/// <item><term>id</term><description><c>7</c>, <c>{"u64":"7"}</c> or <c>{"bytes":"0a"}</c> (hexadecimal)</description></item>
/// <item><term>String</term><description><c>"x"</c> or <c>{"string":"x"}</c></description></item>
/// <item><term>Int</term><description>a literal without point and exponent, or <c>{"int":7}</c></description></item>
/// <item><term>Float</term><description>a literal with one of them, or <c>{"float":1.5}</c>, also <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>
/// there; or <c>{"float_bits":"7ff8000000000001"}</c>, the 64 bits in hexadecimal, for a NaN that is not the usual one</description></item>
/// <item><term>Bool</term><description><c>true</c>, <c>false</c> or <c>{"bool":true}</c></description></item>
/// <item><term>Null</term><description><c>null</c> or <c>{"null":null}</c></description></item>
/// <item><term>Instant</term><description><c>{"instant":"2024-05-01T14:00:00+02:00"}</c></description></item>
/// <item><term>Array</term><description><c>["a","b"]</c> or <c>{"array":["a","b"]}</c>: values of one kind, and nulls, each written as it would be alone</description></item>
/// </list>
/// </summary>
/// <remarks>Readers throw <see cref="FormatException"/> with the reason, or <see cref="JsonException"/> for what is not JSON.</remarks>
internal static partial class RowJson
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads an id at the reader's current token, and leaves the reader at the id's last token.</summary>
    public static RowId ReadId(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return ReadNumber(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw NotAnId(ref reader);
        string kind = Tag(ref reader, "id");
        RowId id = kind switch
        {
            "u64" when reader.TokenType == JsonTokenType.Number => ReadNumber(ref reader),
            "u64" => ulong.TryParse(Text(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
                ? number
                : throw new FormatException($"expected an id from 0 to 18446744073709551615, found \"{Excerpt(Text(ref reader))}\""),
            "bytes" => ReadBytes(ref reader),
            _ => throw new FormatException($"expected \"u64\" or \"bytes\" as the kind of an id, found \"{Excerpt(kind)}\""),
        };
        EndTag(ref reader, "id");
        return id;
    }

    /// <summary>Reads a metadata value at the reader's current token, and leaves the reader at the value's last token.</summary>
    public static MetadataValue ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            return ReadArray(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
            return ReadPlain(ref reader);
        string kind = Tag(ref reader, "metadata value");
        MetadataValue value = kind switch
        {
            "float" => ReadFloat(ref reader),
            "float_bits" => ReadFloatBits(ref reader),
            "instant" => ReadInstant(ref reader),
            "array" => ReadArray(ref reader),
            "string" or "int" or "bool" or "null" => ReadPlain(ref reader),
            _ => throw new FormatException($"expected string, int, float, float_bits, bool, instant, array or null as the kind of a metadata value, found \"{Excerpt(kind)}\""),
        };
        if (!string.Equals(kind, "float_bits", StringComparison.Ordinal) && !string.Equals(kind, value.Kind.ToString(), StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"expected a value of kind {kind}, found one of kind {value.Kind}");
        EndTag(ref reader, "metadata value");
        return value;
    }

    /// <summary>Reads metadata at the reader's current token: an object of fields, or null for none.</summary>
    public static Metadata ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return Metadata.Empty;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"expected metadata to be an object, found {Describe(reader.TokenType)}");
        var fields = new Dictionary<string, MetadataValue>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = Text(ref reader);
            reader.Read();
            if (!fields.TryAdd(field, ReadValue(ref reader)))
                throw new FormatException($"the metadata names the field \"{Excerpt(field)}\" twice");
        }

        return Metadata.From(fields);
    }

    /// <summary>Writes an id as <c>{"u64":"7"}</c> or <c>{"bytes":"0a"}</c>.</summary>
    public static void WriteId(Utf8JsonWriter writer, in RowId id)
    {
        writer.WriteStartObject();
        writer.WriteString(id.IsBytes ? "bytes" : "u64", id.ToString());
        writer.WriteEndObject();
    }

    /// <summary>Writes a row's vector as <c>"vector":[1,2.5]</c>, or a packed one as <c>"vectors":{"title":[1,2.5]}</c>, those that the row has.</summary>
    public static void WriteVector(Utf8JsonWriter writer, ReadOnlyMemory<float> vector, VectorParts? parts)
    {
        if (parts is null)
        {
            WriteComponents(writer, "vector", vector.Span);
            return;
        }

        writer.WriteStartObject("vectors");
        foreach (var part in parts)
        {
            if (parts.PartOf(vector, part.Name) is { } some)
                WriteComponents(writer, part.Name, some.Span);
        }

        writer.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter writer, string name, ReadOnlySpan<float> components)
    {
        writer.WriteStartArray(name);
        foreach (float component in components)
            writer.WriteNumberValue(component);
        writer.WriteEndArray();
    }

    /// <summary>Writes a metadata value as the plain literal where that reads back to the same bits, else as a tagged one.</summary>
    public static void WriteValue(Utf8JsonWriter writer, in MetadataValue value)
    {
        switch (value.Kind)
        {
            case MetadataKind.String:
                writer.WriteStringValue(value.AsString);
                break;
            case MetadataKind.Int:
                writer.WriteNumberValue(value.AsInt);
                break;
            case MetadataKind.Bool:
                writer.WriteBooleanValue(value.AsBool);
                break;
            case MetadataKind.Float when double.IsFinite(value.AsFloat):
                writer.WriteRawValue(FloatText.Of(value.AsFloat));
                break;
            case MetadataKind.Float:
                WriteNonFinite(writer, value.AsFloat);
                break;
            case MetadataKind.Instant:
                WriteInstant(writer, value.AsInstant);
                break;
            case MetadataKind.Array:
                WriteArray(writer, value);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>Writes metadata as an object of fields.</summary>
    public static void WriteMetadata(Utf8JsonWriter writer, Metadata metadata)
    {
        writer.WriteStartObject();
        for (int i = 0; i < metadata.Count; i++)
        {
            var (field, value) = metadata.At(i);
            writer.WritePropertyName(field);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>A token for people.</summary>
    public static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a bool",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };

    /// <summary>The beginning of a text, so that an error stays one line.</summary>
    public static string Excerpt(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "...");

    /// <summary>The string or property name at the reader's token; a half of a surrogate pair is an error, not an exception of another kind.</summary>
    public static string Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            throw new FormatException($"expected a string, found {Describe(reader.TokenType)}");
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException("a string holds bytes or escapes that are not Unicode text", exception);
        }
    }

    private static MetadataValue ReadPlain(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Text(ref reader);
            case JsonTokenType.True or JsonTokenType.False:
                return reader.GetBoolean();
            case JsonTokenType.Null:
                return MetadataValue.Null;
            case JsonTokenType.Number when reader.ValueSpan.ContainsAny((byte)'.', (byte)'e', (byte)'E'):
                return ReadFloat(ref reader);
            case JsonTokenType.Number:
                return reader.TryGetInt64(out long number)
                    ? number
                    : throw new FormatException("an integer does not fit 64 bits with a sign: write it with a point as a float, or as a string");
            default:
                throw new FormatException($"expected a string, number, bool, array or null as a metadata value, found {Describe(reader.TokenType)}");
        }
    }

    private static MetadataValue ReadFloat(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            double number = reader.GetDouble();
            return double.IsFinite(number) ? number : throw new FormatException("a float is too large for 64 bits");
        }

        return Text(ref reader) switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var other => throw new FormatException($"expected a number, \"NaN\", \"Infinity\" or \"-Infinity\" as a float, found \"{Excerpt(other)}\""),
        };
    }

    private static MetadataValue ReadFloatBits(ref Utf8JsonReader reader)
    {
        string text = Text(ref reader);
        return text.Length == 16 && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits)
            ? BitConverter.UInt64BitsToDouble(bits)
            : throw new FormatException($"expected 16 hexadecimal digits as the bits of a float, found \"{Excerpt(text)}\"");
    }

    private static void WriteNonFinite(Utf8JsonWriter writer, double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        bool usual = !double.IsNaN(value) || bits == BitConverter.DoubleToInt64Bits(double.NaN);
        writer.WriteStartObject();
        if (usual)
            writer.WriteString("float", double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        else
            writer.WriteString("float_bits", bits.ToString("x16", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static RowId ReadNumber(ref Utf8JsonReader reader) => reader.TryGetUInt64(out ulong number)
        ? number
        : throw new FormatException("expected an id from 0 to 18446744073709551615 without point or exponent, found another number");

    private static RowId ReadBytes(ref Utf8JsonReader reader)
    {
        string text = Text(ref reader);
        if (text.Length % 2 != 0 || text.AsSpan().ContainsAnyExcept(HexDigits))
            throw new FormatException($"expected an even number of hexadecimal digits as the bytes of an id, found \"{Excerpt(text)}\"");
        if (text.Length == 0 || text.Length > 2 * RowIdLimits.MaxBytes)
            throw new FormatException($"expected an id of 1 to {RowIdLimits.MaxBytes} bytes, found {text.Length / 2}");
        return RowId.FromBytes(Convert.FromHexString(text));
    }

    private static string Tag(ref Utf8JsonReader reader, string what)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            throw new FormatException($"expected an object with one property as the {what}, found an empty one");
        string tag = Text(ref reader);
        reader.Read();
        return tag;
    }

    private static void EndTag(ref Utf8JsonReader reader, string what)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndObject)
            throw new FormatException($"expected an object with one property as the {what}, found more");
    }

    private static FormatException NotAnId(ref Utf8JsonReader reader) =>
        new($"expected a number, {{\"u64\":\"7\"}} or {{\"bytes\":\"0a\"}} as the id, found {Describe(reader.TokenType)}");
}
