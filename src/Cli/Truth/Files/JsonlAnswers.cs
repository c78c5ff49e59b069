using System.Text.Json;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Truth.Files;

/// <summary>
/// Answers as JSON, one object a line: <c>{"ids":[7,3],"distances":[0.5,0.75]}</c>. Distances read back to the same bits; one that JSON has no number for is
/// a string: "NaN", "Infinity", "-Infinity". They may be left out.
/// </summary>
internal static class JsonlAnswers
{
    /// <summary>Reads answers.</summary>
    public static IReadOnlyList<Answer> Read(string path)
    {
        var answers = new List<Answer>();
        foreach (string line in File.ReadLines(path))
        {
            if (!string.IsNullOrWhiteSpace(line))
                answers.Add(Parse(path, answers.Count, line));
        }

        return answers;
    }

    /// <summary>Writes answers.</summary>
    public static void Write(string path, IReadOnlyList<Answer> answers)
    {
        using var file = new AtomicFile(path);
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true) { NewLine = "\n" })
        {
            foreach (var answer in answers)
                JsonOutput.Write(writer, json => WriteOne(json, answer));
        }

        file.Commit();
    }

    private static void WriteOne(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject();
        json.WriteStartArray("ids");
        foreach (long id in answer.Ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
        if (answer.Distances is { } distances)
        {
            json.WriteStartArray("distances");
            foreach (float distance in distances)
                JsonOutput.WriteFloatValue(json, distance);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static Answer Parse(string path, int row, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            long[] ids = [.. document.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64())];
            if (!document.RootElement.TryGetProperty("distances", out var array))
                return new(ids, null);
            float[] distances = [.. array.EnumerateArray().Select(Distance)];
            return distances.Length == ids.Length
                ? new(ids, distances)
                : throw FileProblem.BadRow(path, row, $"expected {ids.Length} distances as there are ids, found {distances.Length}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw FileProblem.BadRow(path, row, """expected an object such as {"ids":[7,3],"distances":[0.5,0.75]}""");
        }
    }

    private static float Distance(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString() switch
        {
            "NaN" => float.NaN,
            "Infinity" => float.PositiveInfinity,
            "-Infinity" => float.NegativeInfinity,
            _ => throw new FormatException(),
        }
        : element.GetSingle();
}
