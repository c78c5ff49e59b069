using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Formats.Arrays;
using IqdbFlat.Cli.Formats.Elements;

namespace IqdbFlat.Cli.Truth.Files;

/// <summary>
/// Answers as arrays: the number of queries and of hits a query, 32 bits each, then all ids, 32 bits each. A .bin has all distances after them (the form of
/// big-ann-benchmarks), an .ibin has none; an .fbin has distances alone. All little-endian.
/// </summary>
internal static class BinAnswers
{
    /// <summary>Reads ids, and the distances behind them.</summary>
    public static IReadOnlyList<Answer> Read(string path, bool withDistances)
    {
        using var stream = File.OpenRead(path);
        var (queries, k) = Header(stream, path, 4 + (withDistances ? 4 : 0));
        var answers = new Answer[queries];
        for (int i = 0; i < queries; i++)
            answers[i] = new([.. Values<int>(stream, path, i, k).Select(id => (long)id)], null);
        for (int i = 0; i < queries && withDistances; i++)
            answers[i] = answers[i] with { Distances = Values<float>(stream, path, i, k) };
        return answers;
    }

    /// <summary>Reads distances alone.</summary>
    public static IReadOnlyList<float[]> ReadDistances(string path)
    {
        using var stream = File.OpenRead(path);
        var (queries, k) = Header(stream, path, 4);
        var distances = new float[queries][];
        for (int i = 0; i < queries; i++)
            distances[i] = Values<float>(stream, path, i, k);
        return distances;
    }

    /// <summary>Writes ids, and distances behind them.</summary>
    public static void Write(string path, IReadOnlyList<Answer> answers, bool withDistances)
    {
        using var file = new AtomicFile(path);
        BinHeader.Write(file.Stream, answers.Count, AnswerFile.EvenHits(path, answers));
        foreach (var answer in answers)
            LittleEndianBlock.Write<int>(file.Stream, ShortIds.Of(path, answer));
        foreach (var answer in withDistances ? answers : [])
            LittleEndianBlock.Write<float>(file.Stream, answer.Distances);
        file.Commit();
    }

    /// <summary>Writes distances alone.</summary>
    public static void WriteDistances(string path, IReadOnlyList<Answer> answers)
    {
        using var file = new AtomicFile(path);
        BinHeader.Write(file.Stream, answers.Count, AnswerFile.EvenHits(path, answers));
        foreach (var answer in answers)
            LittleEndianBlock.Write<float>(file.Stream, answer.Distances);
        file.Commit();
    }

    /// <summary>What the header says, once the length bears it out: a count is believed only as far as there are bytes.</summary>
    private static (int Queries, int K) Header(FileStream stream, string path, int bytesEach)
    {
        var header = BinHeader.Read(stream, path, new(ElementKind.Int32));
        long expected = BinHeader.Length + (header.Rows * header.Dimension * bytesEach);
        return stream.Length == expected && header.Rows <= int.MaxValue
            ? ((int)header.Rows, header.Dimension)
            : throw FileProblem.Corrupt(path, null, $"expected {expected} bytes for {header.Rows} queries of {header.Dimension} hits, found {stream.Length}");
    }

    private static T[] Values<T>(FileStream stream, string path, long row, int count)
        where T : unmanaged
    {
        var values = new T[count];
        int bytes = LittleEndianBlock.Read<T>(stream, values);
        return bytes == count * 4 ? values : throw FileProblem.Corrupt(path, row, $"the file ends after {bytes} of the row's {count * 4} bytes");
    }
}
