using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Formats.Vecs;

namespace IqdbFlat.Cli.Truth.Files;

/// <summary>Answers as .ivecs, and their distances as .fvecs: a record a query, as long as its answer.</summary>
internal static class VecsAnswers
{
    /// <summary>Reads ids.</summary>
    public static IReadOnlyList<Answer> Read(string path)
    {
        using var reader = new VecsReader<int>(path);
        var answers = new List<Answer>();
        while (reader.Read())
            answers.Add(new([.. reader.Values.ToArray().Select(id => (long)id)], null));
        return answers;
    }

    /// <summary>Reads distances.</summary>
    public static IReadOnlyList<float[]> ReadDistances(string path)
    {
        using var reader = new VecsReader<float>(path);
        var distances = new List<float[]>();
        while (reader.Read())
            distances.Add(reader.Values.ToArray());
        return distances;
    }

    /// <summary>Writes ids.</summary>
    public static void Write(string path, IReadOnlyList<Answer> answers)
    {
        using var writer = new VecsWriter<int>(path);
        foreach (var answer in answers)
            writer.Write(ShortIds.Of(path, answer));
        writer.Complete();
    }

    /// <summary>Writes distances.</summary>
    public static void WriteDistances(string path, IReadOnlyList<Answer> answers)
    {
        using var writer = new VecsWriter<float>(path);
        foreach (var answer in answers)
            writer.Write(answer.Distances);
        writer.Complete();
    }
}
