using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>The demo's data as an index of so many shards: found from an earlier run, or ingested.</summary>
internal static class DemoIndex
{
    /// <summary>Opens the index whose rows are the corpus, and makes it first where it is missing or unfinished.</summary>
    public static async Task<IFlatIndex> OpenAsync(
        IFlatIndexClient client, DemoCorpus corpus, MemberEmbedding embedding, int shards, Terminal terminal, CancellationToken cancellationToken)
    {
        // Another corpus or embedding has another fingerprint, and so an index of its own.
        string name = $"dotnet-{corpus.Fingerprint[..12]}-{shards}";
        var index = await client.CreateAsync(
            name, new(MemberEmbedding.Dimension, Metric.Cosine, shards), ifNotExists: true, cancellationToken);
        long rows = await index.CountAsync(cancellationToken);
        if (rows == corpus.Members.Count)
        {
            terminal.Error.WriteLine($"index {name}: {Quantity.Count(rows)} rows found from an earlier run");
            return index;
        }

        if (rows > 0)
        {
            terminal.Error.WriteLine(
                $"index {name}: {Quantity.Count(rows)} of {Quantity.Count(corpus.Members.Count)} rows from a run that was stopped; starting it anew");
            await client.DropAsync(name, cancellationToken);
            index = await client.CreateAsync(name, index.Description.Settings, cancellationToken: cancellationToken);
        }

        using var progress = new RowProgress(terminal, $"ingest into {shards} shard{(shards == 1 ? "" : "s")}", corpus.Members.Count);
        using var reader = new DemoRowReader(corpus, embedding);
        await index.IngestAsync(
            reader.ToRowsAsync(cancellationToken),
            progress: new IngestProgressToRows(progress),
            cancellationToken: cancellationToken);
        return index;
    }

    private sealed class IngestProgressToRows(IProgress<long> rows) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => rows.Report(value.Rows);
    }
}
