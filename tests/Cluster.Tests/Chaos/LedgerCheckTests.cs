using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Engine;

namespace IqdbFlat.Cluster.Tests.Chaos;

/// <summary>Everything that a check must find, planted by hand.</summary>
public sealed class LedgerCheckTests
{
    private readonly RowMaker _rows = new(seed: 3);
    private readonly WriterLedger _ledger = new(0, new());
    private readonly Findings _findings = new();

    [Fact]
    public void Rows_as_they_were_acknowledged_are_found_in_order()
    {
        Acknowledge(WriteKind.Insert, 0, 1, 2);
        Acknowledge(WriteKind.Delete, 1);
        Acknowledge(WriteKind.UpdateMetadata, 2);
        Check(Row(0, 1), Row(2, 3));
        Check(Row(0, 1), Row(2, 3));
        Assert.Empty(_findings.Words);
    }

    [Fact]
    public void A_row_that_is_missing_is_lost()
    {
        Acknowledge(WriteKind.Insert, 0, 1);
        Check(Row(0, 1));
        AssertFound(FindingKind.Lost);
    }

    [Fact]
    public void A_row_with_the_content_of_an_older_write_is_lost()
    {
        Acknowledge(WriteKind.Insert, 0);
        var older = Row(0, 1);
        Acknowledge(WriteKind.Upsert, 0);
        Check(older);
        AssertFound(FindingKind.Lost);
    }

    [Fact]
    public void A_row_that_was_removed_is_a_phantom()
    {
        Acknowledge(WriteKind.Insert, 0);
        var removed = Row(0, 1);
        Acknowledge(WriteKind.Delete, 0);
        Check(removed);
        AssertFound(FindingKind.Phantom);
    }

    [Fact]
    public void A_row_whose_write_was_refused_is_a_phantom()
    {
        var write = _ledger.Begin(WriteKind.Insert, [0]);
        var row = Stored(0, write.After(RowContent.Absent), 1);
        _ledger.Refuse(write.Ids);
        Check(row);
        AssertFound(FindingKind.Phantom);
    }

    [Fact]
    public void A_row_that_no_writer_has_is_a_phantom()
    {
        Check(Stored(1UL << 32, new(1, 1), 1));
        AssertFound(FindingKind.Phantom);
    }

    [Fact]
    public void A_row_that_is_there_twice_is_duplicated()
    {
        Acknowledge(WriteKind.Insert, 0);
        Check(Row(0, 1), Row(0, 2));
        AssertFound(FindingKind.Duplicated);
    }

    [Fact]
    public void A_row_that_moved_though_nobody_wrote_it_is_duplicated()
    {
        Acknowledge(WriteKind.Insert, 0);
        Check(Row(0, 1));
        Check(Row(0, 9));
        AssertFound(FindingKind.Duplicated);
    }

    [Fact]
    public void A_write_of_unknown_outcome_may_be_in_or_not_and_stays_once_it_is_seen()
    {
        var write = _ledger.Begin(WriteKind.Insert, [0]);
        var row = Stored(0, write.After(RowContent.Absent), 1);
        Check();
        Check(row);
        Assert.Empty(_findings.Words);
        Check();
        AssertFound(FindingKind.Lost);
    }

    [Fact]
    public void A_write_of_unknown_outcome_that_is_in_a_shard_by_half_is_wrong()
    {
        var write = _ledger.Begin(WriteKind.Insert, [0, 1]);
        Check(Stored(0, write.After(RowContent.Absent), 1));
        AssertFound(FindingKind.Wrong);
    }

    [Fact]
    public void Such_a_write_may_be_in_one_shard_and_not_in_another()
    {
        var write = _ledger.Begin(WriteKind.Insert, [0, 1]);
        new LedgerCheck([_ledger], _rows, id => (int)id, _findings).Run([Stored(0, write.After(RowContent.Absent), 1)]);
        Assert.Empty(_findings.Words);
    }

    [Fact]
    public void A_write_begun_after_another_was_acknowledged_lies_behind_it()
    {
        Acknowledge(WriteKind.Insert, 0);
        Acknowledge(WriteKind.Insert, 1);
        Check(Row(1, 1), Row(0, 2));
        AssertFound(FindingKind.Wrong);
    }

    [Fact]
    public void Rows_of_a_batch_lie_in_its_order()
    {
        Acknowledge(WriteKind.Insert, 0, 1);
        Check(Row(1, 1), Row(0, 2));
        AssertFound(FindingKind.Wrong);
    }

    private void Acknowledge(WriteKind kind, params int[] places)
    {
        var write = _ledger.Begin(kind, places);
        _ledger.Acknowledge(write, write.Ids);
    }

    private StoredRow Row(int place, ulong sequence) => Stored(_ledger.IdOf(place), _ledger.Rows[place].Certain, sequence);

    private StoredRow Stored(ulong id, RowContent content, ulong sequence)
    {
        var row = _rows.Make(id, content);
        return new(row.Id, row.Vector, row.Metadata!, sequence);
    }

    private void Check(params StoredRow[] exported) => new LedgerCheck([_ledger], _rows, _ => 0, _findings).Run(exported);

    private void AssertFound(FindingKind kind) => Assert.True(_findings.Count(kind) > 0, $"found: {string.Join("; ", _findings.Words)}");
}
