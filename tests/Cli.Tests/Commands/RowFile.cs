using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Formats.Vecs;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>Files of rows for tests.</summary>
internal static class RowFile
{
    /// <summary>Vectors as .fvecs, wrong ones too.</summary>
    public static void WriteFvecs(string path, IEnumerable<float[]> vectors)
    {
        using var stream = File.Create(path);
        foreach (float[] vector in vectors)
            VecsWriter<float>.Write(stream, vector);
    }

    /// <summary>Rows in the form of the name.</summary>
    public static void Write(string path, int dimension, IEnumerable<Row> rows)
    {
        using var writer = RowFiles.Create(path, dimension);
        foreach (var row in rows)
            writer.Write(row);
        writer.Complete();
    }

    /// <summary>A vector of its own for each number.</summary>
    public static float[] Vector(int number, int dimension = 3)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() - 0.5f)];
    }
}
