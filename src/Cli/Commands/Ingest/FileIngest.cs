using System.Runtime.CompilerServices;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Ingest;

/// <summary>Writes the rows of a file to an index, from where an earlier run stopped if that is asked for.</summary>
/// <remarks>
/// <para>Nothing but the index itself is asked how far an earlier run came (<see cref="FilePrefix"/>), so that the answer is right whatever ended that run.</para>
/// <para>A batch that was under way when a run was killed may be in as any subset of its rows. Inserting then meets such a row as a duplicate. One that stands in the
/// index bit for bit as in the file is taken for such a remainder: it and the rows around it are written anew (an upsert), which also puts them into the file's
/// order. Any other duplicate is the error that it always is.</para>
/// </remarks>
internal sealed class FileIngest(IFlatIndex index, string file, FileIngestOptions options)
{
    private FlatIndexException? _fileProblem;

    /// <summary>Rows of the file, from its first on, that are known to be in the index.</summary>
    public long RowsIn { get; private set; }

    /// <summary>Rows that an earlier run left in, and that were passed over.</summary>
    public long Skipped { get; private set; }

    /// <summary>Finds where to begin: nowhere but at the first row, unless the run resumes.</summary>
    public async Task SkipAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (options.Resume)
            Skipped = RowsIn = await FilePrefix.CountAsync(index, file, options.Format, new Acknowledged(this, progress), cancellationToken);
    }

    /// <summary>Writes the rest.</summary>
    /// <param name="progress">Told the rows of the file that are in.</param>
    /// <param name="cancellationToken">Stops; what was acknowledged stays.</param>
    /// <exception cref="FlatIndexException">With the file and the row, counted from 0. The rows before it are in.</exception>
    public async Task WriteAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await WriteRestAsync(progress, cancellationToken);
                return;
            }
            catch (FlatIndexException error) when (options is { Resume: true, Upsert: false } && error is { Kind: FlatErrorKind.Duplicate, Error.Item: not null })
            {
                RowsIn = error.Error.Item.Value;
                if (!await RewriteAsync(progress, cancellationToken))
                    throw;
            }
        }
    }

    private async Task WriteRestAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var reader = RowFiles.Open(file, options.Format, index.Parts);
        reader.Skip(RowsIn);
        await SendAsync(ReadAsync(reader, cancellationToken), options.Upsert, progress, cancellationToken);
    }

    /// <summary>Writes the remainder of an interrupted batch anew, to the end of what is in; false when the row at hand is none.</summary>
    private async Task<bool> RewriteAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var reader = RowFiles.Open(file, options.Format, index.Parts);
        reader.Skip(RowsIn);
        for (bool isFirst = true; ; isFirst = false)
        {
            var window = RowWindow.Read(reader, index.Dimension);
            var found = await index.GetBatchAsync(window.Ids, cancellationToken);
            int count = window.CountRewritable(found);
            if (count == 0 || (!isFirst && found.All(row => row is null)))
                return !isFirst;
            await SendAsync(window.Rows.Take(count).ToAsyncEnumerable(), upsert: true, progress, cancellationToken);
            if (count < window.Rows.Count || !window.MoreFollow)
                return true;
        }
    }

    private async Task SendAsync(IAsyncEnumerable<Row> rows, bool upsert, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var request = new IngestOptions { Upsert = upsert, FirstOrdinal = RowsIn, BatchRows = options.BatchRows };
        try
        {
            await index.IngestAsync(rows, request, new Acknowledged(this, progress), cancellationToken);
        }
        catch (FlatIndexException error) when (!ReferenceEquals(error, _fileProblem))
        {
            // What the file itself has wrong names it already.
            if (error.Error is { Item: { } item, MayHaveBeenApplied: false })
                RowsIn = Math.Max(RowsIn, item);
            throw new FlatIndexException(error.Error with { Message = $"{file}, {error.Message}" }, error);
        }
    }

    private async IAsyncEnumerable<Row> ReadAsync(RowReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        while (Next(reader))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(reader.Id, reader.Vector.ToArray(), reader.Metadata);
        }
    }

    private bool Next(RowReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (FlatIndexException error)
        {
            _fileProblem = error;
            throw;
        }
    }

    private sealed class Acknowledged(FileIngest run, IProgress<long>? progress) : IProgress<IngestProgress>, IProgress<long>
    {
        public void Report(IngestProgress value) => Report(value.LastOrdinal + 1);

        public void Report(long value)
        {
            run.RowsIn = Math.Max(run.RowsIn, value);
            progress?.Report(run.RowsIn);
        }
    }
}
