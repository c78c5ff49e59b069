using System.Globalization;
using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>Reads golden cases: one JSON object a line, in the form that the contract describes.</summary>
internal static class GoldenReader
{
    // A case about hostile depth nests two levels of JSON for each level of its filter; far more than any case needs.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 20_000 };

    /// <summary>
    /// The lines, one after the other, each with its case or with what is wrong with it; blank lines are passed over.
    /// </summary>
    public static IEnumerable<GoldenLine> ReadLines(TextReader lines)
    {
        for (int number = 1; lines.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return ReadLine(line, number);
        }
    }

    /// <summary>The cases, one after the other. A line that is not one is an <see cref="InvalidDataException"/> that names the line.</summary>
    public static IEnumerable<GoldenCase> Read(TextReader lines) =>
        ReadLines(lines).Select(line => line.Case ?? throw new InvalidDataException($"Line {line.Number} is not a golden case: {line.Problem}"));

    private static GoldenLine ReadLine(string line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Options);
            return new(number, ReadCase(document.RootElement), null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException
            or InvalidDataException or OverflowException or ArgumentException)
        {
            return new(number, null, error.Message);
        }
    }

    private static GoldenCase ReadCase(JsonElement json) => new(
        Name: ReadText(json, "name"),
        Kind: ReadText(json, "kind"),
        Dimension: GoldenValues.Member(json, "dim").GetInt32(),
        Metric: ReadMetric(GoldenValues.Member(json, "metric")),
        Operations: [.. GoldenValues.Member(json, "ops").EnumerateArray().Select(ReadOperation)],
        Count: GoldenValues.Member(json, "len").GetInt32(),
        Query: ReadVector(GoldenValues.Member(json, "query")),
        K: (int)Math.Min(GoldenValues.Member(json, "k").GetUInt64(), int.MaxValue),
        Filter: GoldenFilter.Read(GoldenValues.Member(json, "filter")),
        SearchMetric: json.TryGetProperty("search_metric", out var metric) && metric.ValueKind != JsonValueKind.Null ? ReadMetric(metric) : null,
        Tolerance: ReadTolerance(json),
        Expect: ReadExpectation(GoldenValues.Member(json, "expect")));

    private static GoldenOperation ReadOperation(JsonElement json)
    {
        var error = json.TryGetProperty("error", out var expected) ? ReadError(expected) : null;
        string? name = GoldenValues.Member(json, "op").GetString();
        return name switch
        {
            "insert" => new(GoldenOperationKind.Insert, [ReadRow(json)], default, error),
            "insert_batch" => new(GoldenOperationKind.InsertBatch, [.. GoldenValues.Member(json, "items").EnumerateArray().Select(ReadRow)], default, error),
            "delete" => new(GoldenOperationKind.Delete, [], GoldenValues.ReadId(GoldenValues.Member(json, "id")), error),
            _ => throw new InvalidDataException($"expected the op insert, insert_batch or delete, found '{name}'"),
        };
    }

    private static Row ReadRow(JsonElement json) => new(
        GoldenValues.ReadId(GoldenValues.Member(json, "id")),
        ReadVector(GoldenValues.Member(json, "vector")),
        json.TryGetProperty("metadata", out var metadata) ? GoldenValues.ReadMetadata(metadata) : null);

    private static GoldenExpectation ReadExpectation(JsonElement json)
    {
        if (!json.TryGetProperty("error", out var error))
            return new([.. GoldenValues.Member(json, "hits").EnumerateArray().Select(ReadHit)], null);
        return json.TryGetProperty("hits", out _)
            ? throw new InvalidDataException("expected hits or an error, found both")
            : new(null, ReadError(error));
    }

    private static GoldenHit ReadHit(JsonElement json) => new(
        GoldenValues.ReadId(GoldenValues.Member(json, "id")),
        BitConverter.UInt32BitsToSingle(
            uint.Parse(GoldenValues.Member(json, "distance_bits_hex").GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)),
        json.TryGetProperty("metadata", out var metadata) ? GoldenValues.ReadMetadata(metadata) ?? Metadata.Empty : null);

    private static GoldenError ReadError(JsonElement json) => new(
        ReadNamed<FlatErrorKind>(GoldenValues.Member(json, "kind"), "error"),
        json.TryGetProperty("at", out var at) ? at.GetString()! : "op",
        json.TryGetProperty("expected", out var expected) ? expected.GetInt64() : null,
        json.TryGetProperty("found", out var found) ? found.GetInt64() : null);

    private static GoldenTolerance? ReadTolerance(JsonElement json)
    {
        string? compare = GoldenValues.Member(json, "compare").GetString();
        if (compare == "bits")
            return null;
        if (compare != "tolerance")
            throw new InvalidDataException($"expected compare to be bits or tolerance, found '{compare}'");
        var tolerance = GoldenValues.Member(json, "tolerance");
        return new(GoldenValues.Member(tolerance, "abs").GetDouble(), GoldenValues.Member(tolerance, "rel").GetDouble());
    }

    private static Metric ReadMetric(JsonElement json) => ReadNamed<Metric>(json, "metric");

    // By name alone: Enum.Parse would take numbers too.
    private static TEnum ReadNamed<TEnum>(JsonElement json, string what)
        where TEnum : struct, Enum
    {
        string? name = json.GetString();
        return Enum.GetNames<TEnum>().Contains(name, StringComparer.Ordinal)
            ? Enum.Parse<TEnum>(name!)
            : throw new InvalidDataException($"no {what} is called '{name}'");
    }

    private static string ReadText(JsonElement json, string property) =>
        GoldenValues.Member(json, property).GetString() ?? throw new InvalidDataException($"expected a {property}, found null");

    private static float[] ReadVector(JsonElement json) => [.. json.EnumerateArray().Select(GoldenValues.ReadSingle)];
}
