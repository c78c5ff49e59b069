using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth.Files;

/// <summary>
/// Files of answers, an answer a query: the form is told by the end of the name. Forms of ids alone (.ivecs, .ibin) may have a second file with the distances
/// (.fvecs, .fbin); the others hold both.
/// </summary>
internal static class AnswerFile
{
    /// <summary>The ends of names, for errors and help.</summary>
    public const string Known = ".ivecs, .ibin, .bin, .hdf5, .h5 or .jsonl";

    /// <summary>Reads all answers of a file.</summary>
    /// <param name="path">The file of ids, or of ids and distances.</param>
    /// <param name="distances">A second file with the distances, where the first has none.</param>
    /// <exception cref="FlatIndexException">A file that cannot be read, is damaged, or of no known form; files that do not belong together.</exception>
    public static IReadOnlyList<Answer> Read(string path, string? distances)
    {
        var answers = Guarded(path, () => ReadOne(path));
        return distances is null ? answers : Join(path, answers, distances, Guarded(distances, () => DistancesOf(distances)));
    }

    /// <summary>Refuses names that no answers can be written under, before anything is done.</summary>
    public static void CheckNames(string path, string? distances)
    {
        string form = FormOf(path);
        if (distances is null)
            return;
        if (form is not (".ivecs" or ".ibin"))
            throw FileProblem.Unsupported(path, $"this form holds the distances too: expected no file of distances, found {distances}");
        if (EndOf(distances) is not (".fvecs" or ".fbin"))
            throw FileProblem.Unsupported(distances, "expected a name that ends in .fvecs or .fbin for the distances");
    }

    /// <summary>Writes answers; the files appear whole or not at all.</summary>
    public static void Write(string path, string? distances, IReadOnlyList<Answer> answers)
    {
        CheckNames(path, distances);
        Guarded(path, () => WriteOne(path, answers));
        if (distances is not null)
            Guarded(distances, () => WriteDistances(distances, answers));
    }

    /// <summary>The hits of each answer, for forms of arrays; an error where they differ.</summary>
    internal static int EvenHits(string path, IReadOnlyList<Answer> answers)
    {
        int k = answers.Count == 0 ? 0 : answers[0].Ids.Length;
        return k > 0 && answers.All(answer => answer.Ids.Length == k)
            ? k
            : throw FileProblem.Unsupported(path, "expected as many hits, and at least one, for every query in a file of this form: .ivecs and .jsonl hold any number");
    }

    private static IReadOnlyList<Answer> ReadOne(string path) => FormOf(path) switch
    {
        ".ivecs" => VecsAnswers.Read(path),
        ".ibin" => BinAnswers.Read(path, withDistances: false),
        ".bin" => BinAnswers.Read(path, withDistances: true),
        ".jsonl" => JsonlAnswers.Read(path),
        _ => Hdf5Answers.Read(path),
    };

    private static bool WriteOne(string path, IReadOnlyList<Answer> answers)
    {
        switch (FormOf(path))
        {
            case ".ivecs":
                VecsAnswers.Write(path, answers);
                break;
            case ".ibin":
                BinAnswers.Write(path, answers, withDistances: false);
                break;
            case ".bin":
                BinAnswers.Write(path, answers, withDistances: true);
                break;
            case ".jsonl":
                JsonlAnswers.Write(path, answers);
                break;
            default:
                Hdf5Answers.Write(path, answers);
                break;
        }

        return true;
    }

    private static bool WriteDistances(string path, IReadOnlyList<Answer> answers)
    {
        if (EndOf(path) == ".fvecs")
            VecsAnswers.WriteDistances(path, answers);
        else
            BinAnswers.WriteDistances(path, answers);
        return true;
    }

    private static IReadOnlyList<float[]> DistancesOf(string path) => EndOf(path) switch
    {
        ".fvecs" => VecsAnswers.ReadDistances(path),
        ".fbin" => BinAnswers.ReadDistances(path),
        _ => throw FileProblem.Unsupported(path, "expected a name that ends in .fvecs or .fbin for the distances"),
    };

    private static Answer[] Join(string path, IReadOnlyList<Answer> answers, string distancesPath, IReadOnlyList<float[]> distances)
    {
        if (distances.Count != answers.Count)
            throw FileProblem.Unsupported(distancesPath, $"expected the distances of {answers.Count} queries as in {path}, found {distances.Count}");
        var joined = new Answer[answers.Count];
        for (int i = 0; i < joined.Length; i++)
        {
            if (distances[i].Length != answers[i].Ids.Length)
                throw FileProblem.BadRow(distancesPath, i, $"expected {answers[i].Ids.Length} distances as there are ids in {path}, found {distances[i].Length}");
            joined[i] = answers[i] with { Distances = distances[i] };
        }

        return joined;
    }

    private static string FormOf(string path)
    {
        string end = EndOf(path);
        return end is ".ivecs" or ".ibin" or ".bin" or ".hdf5" or ".h5" or ".jsonl" ? end : throw FileProblem.Unsupported(path, $"expected a name that ends in {Known}");
    }

    private static string EndOf(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Unsupported(path, $"the file cannot be read or written: {error.Message}");
        }
    }
}
