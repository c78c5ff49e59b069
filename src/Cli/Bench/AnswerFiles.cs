using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Formats.Vecs;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>Answers as files: a record a query, in order, as long as its answer. They appear when all is written.</summary>
internal sealed class AnswerFiles : IDisposable
{
    private readonly VecsWriter<int>? _ids;
    private readonly VecsWriter<float>? _distances;

    /// <summary>Begins the files, so that a place that cannot be written is told before the work.</summary>
    /// <param name="ids">Where the ids go, as .ivecs; or nowhere.</param>
    /// <param name="distances">Where the distances go, as .fvecs; or nowhere.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a place that cannot be written.</exception>
    public AnswerFiles(string? ids, string? distances)
    {
        _ids = Begin<int>(ids);
        try
        {
            _distances = Begin<float>(distances);
        }
        catch
        {
            _ids?.Dispose();
            throw;
        }
    }

    /// <summary>Writes all answers and makes the files appear.</summary>
    public void Write(IEnumerable<IReadOnlyList<Hit>> answers)
    {
        foreach (var answer in answers)
        {
            _ids?.Write([.. answer.Select(hit => checked((int)hit.Id.Number))]);
            _distances?.Write([.. answer.Select(hit => hit.Distance)]);
        }

        _ids?.Complete();
        _distances?.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ids?.Dispose();
        _distances?.Dispose();
    }

    private static VecsWriter<T>? Begin<T>(string? path)
        where T : unmanaged
    {
        try
        {
            return path is null ? null : new(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Unsupported(path!, $"the file cannot be written: {error.Message}");
        }
    }
}
