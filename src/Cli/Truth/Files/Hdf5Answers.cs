using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Formats.Hdf5;
using PureHDF;

namespace IqdbFlat.Cli.Truth.Files;

/// <summary>Answers as the arrays <c>neighbors</c> and <c>distances</c> of an HDF5 file, a row a query: the form of ann-benchmarks.</summary>
internal static class Hdf5Answers
{
    private const string Ids = "neighbors";
    private const string Distances = "distances";

    /// <summary>Reads ids, and distances where they are there.</summary>
    public static IReadOnlyList<Answer> Read(string path)
    {
        using var file = new Hdf5Source(File.OpenRead(path), path);
        var ids = file.Find(Ids) ?? throw FileProblem.Unsupported(path, $"expected an array named {Ids}, found none");
        var (queries, k) = Shape(file, path, ids);
        long[] all = file.Guarded(() => ids.Type.Size == 8 ? ids.Read<long[]>() : [.. ids.Read<int[]>().Select(id => (long)id)]);
        float[]? distances = null;
        if (file.Find(Distances) is { } array)
        {
            if (Shape(file, path, array) != (queries, k))
                throw FileProblem.Unsupported(path, $"expected {Distances} of the shape of {Ids}, ({queries}, {k}), found another");
            distances = file.Guarded(() => array.Type.Size == 8 ? [.. array.Read<double[]>().Select(distance => (float)distance)] : array.Read<float[]>());
        }

        return [.. Enumerable.Range(0, queries).Select(query => new Answer(all[(query * k)..((query + 1) * k)], distances?[(query * k)..((query + 1) * k)]))];
    }

    /// <summary>Writes ids, and distances where they are known.</summary>
    public static void Write(string path, IReadOnlyList<Answer> answers)
    {
        int k = AnswerFile.EvenHits(path, answers);
        ulong[] shape = [(ulong)answers.Count, (ulong)k];
        var content = new H5File();
        content[Ids] = answers.Any(answer => answer.Ids.Any(id => id > int.MaxValue))
            ? new H5Dataset<long[]>([.. answers.SelectMany(answer => answer.Ids)], fileDims: shape)
            : new H5Dataset<int[]>([.. answers.SelectMany(answer => answer.Ids).Select(id => (int)id)], fileDims: shape);
        if (answers.All(answer => answer.Distances is not null))
            content[Distances] = new H5Dataset<float[]>([.. answers.SelectMany(answer => answer.Distances!)], fileDims: shape);
        using var file = new AtomicFile(path);
        content.Write(file.Stream);
        file.Commit();
    }

    private static (int Queries, int K) Shape(Hdf5Source file, string path, IH5Dataset array)
    {
        ulong[] shape = file.Guarded(() => array.Space.Dimensions);
        if (shape is not [<= int.MaxValue, >= 1 and <= Engine.Limits.Hits] || shape[0] * shape[1] > (ulong)Array.MaxLength)
            throw FileProblem.Unsupported(path, $"expected an array of queries with 1 to {Engine.Limits.Hits} hits, found the shape ({string.Join(", ", shape)})");
        return ((int)shape[0], (int)shape[1]);
    }
}
