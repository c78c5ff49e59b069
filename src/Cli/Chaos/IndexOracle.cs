using IqdbFlat.Cli.Bench;
using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos;

/// <summary>Holds a whole index against the ledgers, and its answers against those of an engine in this process that was given the same rows in the same order.</summary>
internal sealed class IndexOracle(IReadOnlyList<WriterLedger> ledgers, RowMaker rows, Findings findings)
{
    private const int Queries = 24;
    private const int Hits = 20;
    private const int MostLooks = 5;
    private long _nothingUnderWayFrom;

    /// <summary>
    /// Writes that were given up before this moment of the ledgers' clock are over: what the next check does not find of them will never be there.
    /// </summary>
    public void NothingIsUnderWayFrom(long moment) => _nothingUnderWayFrom = moment;

    /// <summary>Checks everything; answers how many rows there are.</summary>
    public async Task<long> CheckAsync(IFlatIndex index, CancellationToken cancellationToken)
    {
        for (int look = 1; ; look++)
        {
            var exported = await index.ExportAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
            string expected = Expected(exported, index.Metric);
            string found = await FoundAsync(index, cancellationToken);
            long count = await index.CountAsync(cancellationToken);
            bool isOne = expected == found && count == exported.Count;

            // A write that nobody was told of may land between two looks, and only such a one: every other makes no difference by itself.
            if (!isOne && look < MostLooks && HasOpenWrites)
                continue;
            new LedgerCheck(ledgers, rows, id => index.Description.Slots.ShardOf(id), findings).Run(exported);
            foreach (var row in ledgers.SelectMany(ledger => ledger.Rows).Where(row => row.Open is { GivenUp: > 0 } open && open.GivenUp < _nothingUnderWayFrom))
                row.Open = null;
            if (expected != found)
                findings.Add(FindingKind.Wrong, $"searches answer with the digest {found}, the engine with {expected}");
            if (count != exported.Count)
                findings.Add(FindingKind.Wrong, $"the index counts {count} rows and exports {exported.Count}");
            return exported.Count;
        }
    }

    private bool HasOpenWrites => ledgers.Any(ledger => ledger.Rows.Any(row => row.Open is not null));

    private IReadOnlyList<ReadOnlyMemory<float>> AllQueries => [.. Enumerable.Range(0, Queries).Select(number => (ReadOnlyMemory<float>)rows.Query(number))];

    private string Expected(List<StoredRow> exported, Metric metric)
    {
        using var engine = new FlatIndex(RowMaker.Dimension, metric);
        foreach (var row in exported.DistinctBy(row => row.Id))
            engine.Insert(row.Id, row.Vector.Span, row.Metadata);
        return AnswerDigest.Of(engine.SearchBatch(AllQueries, Hits).Select(answer => answer.Hits));
    }

    private async Task<string> FoundAsync(IFlatIndex index, CancellationToken cancellationToken) =>
        AnswerDigest.Of((await index.SearchBatchAsync(AllQueries, Hits, cancellationToken: cancellationToken)).Answers);
}
