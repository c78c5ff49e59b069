using System.Globalization;
using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>Reads golden cases: one JSON object a line, in the form that the contract describes.</summary>
internal static class GoldenReader
{
    // A case about hostile depth nests two levels of JSON for each level of its filter.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1_024 };

    /// <summary>
    /// The cases, one after the other. A line that is not one is an <see cref="InvalidDataException"/> that names the line; blank lines are
    /// passed over.
    /// </summary>
    public static IEnumerable<GoldenCase> Read(TextReader lines)
    {
        for (int number = 1; lines.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return ReadLine(line, number);
        }
    }

    private static GoldenCase ReadLine(string line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Options);
            return ReadCase(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
            or InvalidDataException or OverflowException)
        {
            throw new InvalidDataException($"Line {number} is not a golden case: {error.Message}", error);
        }
    }

    private static GoldenCase ReadCase(JsonElement json) => new(
        Name: json.GetProperty("name").GetString()!,
        Kind: json.GetProperty("kind").GetString()!,
        Dimension: json.GetProperty("dim").GetInt32(),
        Metric: ReadMetric(json.GetProperty("metric")),
        Operations: [.. json.GetProperty("ops").EnumerateArray().Select(ReadOperation)],
        Count: json.GetProperty("len").GetInt32(),
        Query: ReadVector(json.GetProperty("query")),
        K: (int)Math.Min(json.GetProperty("k").GetUInt64(), int.MaxValue),
        Filter: GoldenValues.ReadFilter(json.GetProperty("filter")),
        SearchMetric: json.TryGetProperty("search_metric", out var metric) && metric.ValueKind != JsonValueKind.Null ? ReadMetric(metric) : null,
        Tolerance: ReadTolerance(json),
        Expect: ReadExpectation(json.GetProperty("expect")));

    private static GoldenOperation ReadOperation(JsonElement json)
    {
        var error = json.TryGetProperty("error", out var expected) ? ReadError(expected) : null;
        string? name = json.GetProperty("op").GetString();
        return name switch
        {
            "insert" => new(GoldenOperationKind.Insert, [ReadRow(json)], default, error),
            "insert_batch" => new(GoldenOperationKind.InsertBatch, [.. json.GetProperty("items").EnumerateArray().Select(ReadRow)], default, error),
            "delete" => new(GoldenOperationKind.Delete, [], GoldenValues.ReadId(json.GetProperty("id")), error),
            _ => throw new InvalidDataException($"expected the op insert, insert_batch or delete, found '{name}'"),
        };
    }

    private static Row ReadRow(JsonElement json) => new(
        GoldenValues.ReadId(json.GetProperty("id")),
        ReadVector(json.GetProperty("vector")),
        json.TryGetProperty("metadata", out var metadata) ? GoldenValues.ReadMetadata(metadata) : null);

    private static GoldenExpectation ReadExpectation(JsonElement json) => json.TryGetProperty("error", out var error)
        ? new(null, ReadError(error))
        : new([.. json.GetProperty("hits").EnumerateArray().Select(ReadHit)], null);

    private static GoldenHit ReadHit(JsonElement json) => new(
        GoldenValues.ReadId(json.GetProperty("id")),
        BitConverter.UInt32BitsToSingle(
            uint.Parse(json.GetProperty("distance_bits_hex").GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)),
        json.TryGetProperty("metadata", out var metadata) ? GoldenValues.ReadMetadata(metadata) ?? Metadata.Empty : null);

    private static GoldenError ReadError(JsonElement json)
    {
        string? kind = json.GetProperty("kind").GetString();
        return new(
            Enum.TryParse<FlatErrorKind>(kind, out var known) ? known : throw new InvalidDataException($"no error is called '{kind}'"),
            json.TryGetProperty("at", out var at) ? at.GetString()! : "op",
            json.TryGetProperty("expected", out var expected) ? expected.GetInt64() : null,
            json.TryGetProperty("found", out var found) ? found.GetInt64() : null);
    }

    private static GoldenTolerance? ReadTolerance(JsonElement json)
    {
        string? compare = json.GetProperty("compare").GetString();
        if (compare == "bits")
            return null;
        if (compare != "tolerance")
            throw new InvalidDataException($"expected compare to be bits or tolerance, found '{compare}'");
        var tolerance = json.GetProperty("tolerance");
        return new(tolerance.GetProperty("abs").GetDouble(), tolerance.GetProperty("rel").GetDouble());
    }

    private static Metric ReadMetric(JsonElement json) => Enum.TryParse<Metric>(json.GetString(), out var metric)
        ? metric
        : throw new InvalidDataException($"no metric is called '{json.GetString()}'");

    private static float[] ReadVector(JsonElement json) => [.. json.EnumerateArray().Select(GoldenValues.ReadSingle)];
}
