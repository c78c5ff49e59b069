using System.Globalization;
using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>Reads the values of golden cases: floats, ids and metadata.</summary>
internal static class GoldenValues
{
    /// <summary>A 32-bit float: a number, or "NaN", "Infinity" or "-Infinity". Read as 32 bits at once, so that it is rounded once.</summary>
    public static float ReadSingle(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? (float)ReadNonFinite(json) : float.Parse(json.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>An id: <c>{"u64":"123"}</c> or <c>{"bytes":"hex"}</c>; the bytes may be empty.</summary>
    public static RowId ReadId(JsonElement json)
    {
        var (kind, value) = Single(json);
        return kind switch
        {
            "u64" => ulong.Parse(
                value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture),
            "bytes" => RowId.FromBytes(Convert.FromHexString(value.GetString()!)),
            _ => throw new InvalidDataException($"expected an id as u64 or bytes, found '{kind}'"),
        };
    }

    /// <summary>Metadata, or null.</summary>
    public static Metadata? ReadMetadata(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        var fields = new Dictionary<string, MetadataValue>();
        foreach (var field in json.EnumerateObject())
            fields[field.Name] = ReadValue(field.Value);
        return Metadata.From(fields);
    }

    /// <summary>A metadata value: <c>{"int":1}</c>, <c>{"float":1.5}</c>, <c>{"string":"x"}</c>, <c>{"bool":true}</c>, <c>{"null":null}</c>,
    /// <c>{"instant":"2024-05-01T12:00:00Z"}</c> or <c>{"array":[...]}</c>.</summary>
    public static MetadataValue ReadValue(JsonElement json)
    {
        var (kind, value) = Single(json);
        return kind switch
        {
            "int" => MetadataValue.FromInt(value.GetInt64()),
            "float" => MetadataValue.FromFloat(value.ValueKind == JsonValueKind.String
                ? ReadNonFinite(value)
                : double.Parse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture)),
            "string" => MetadataValue.FromString(value.GetString()!),
            "bool" => MetadataValue.FromBool(value.GetBoolean()),
            "null" => MetadataValue.Null,
            "instant" => InstantText.TryParse(value.GetString(), out var instant)
                ? instant
                : throw new InvalidDataException($"expected an instant such as 2024-05-01T12:00:00Z, found '{value.GetString()}'"),
            "array" => ReadArray(value),
            _ => throw new InvalidDataException($"expected a value as int, float, string, bool, instant, array or null, found '{kind}'"),
        };
    }

    private static MetadataValue ReadArray(JsonElement json)
    {
        try
        {
            return MetadataValue.FromArray(json.EnumerateArray().Select(ReadValue));
        }
        catch (ArgumentException problem)
        {
            throw new InvalidDataException($"expected an array of values of one kind: {problem.Message}", problem);
        }
    }

    private static double ReadNonFinite(JsonElement json) => json.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        var other => throw new InvalidDataException($"expected a float as a number, NaN, Infinity or -Infinity, found '{other}'"),
    };

    /// <summary>A member of an object that must be there.</summary>
    public static JsonElement Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value : throw new InvalidDataException($"expected a member '{name}', found none");

    /// <summary>The one member of an object that names its kind.</summary>
    public static (string Kind, JsonElement Value) Single(JsonElement json)
    {
        using var members = json.EnumerateObject();
        if (!members.MoveNext())
            throw new InvalidDataException("expected an object with one member, found none");
        var member = members.Current;
        return members.MoveNext()
            ? throw new InvalidDataException("expected an object with one member, found more")
            : (member.Name, member.Value);
    }
}
