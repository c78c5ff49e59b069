using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>
/// Holds the rows of an index, as exported in the order of insertion while nobody writes, against the ledgers. Open writes that turn out to be in are settled: from then on they must stay.
/// </summary>
/// <param name="ledgers">The writers' ledgers, by writer.</param>
/// <param name="rows">Makes what the rows must be.</param>
/// <param name="shardOf">The shard of a row.</param>
/// <param name="findings">Gets what is wrong.</param>
internal sealed class LedgerCheck(IReadOnlyList<WriterLedger> ledgers, RowMaker rows, Func<ulong, int> shardOf, Findings findings)
{
    private readonly Dictionary<ulong, StoredRow> _found = [];

    /// <summary>Checks everything.</summary>
    public void Run(IReadOnlyList<StoredRow> exported)
    {
        Gather(exported);
        CheckOpenWrites();
        foreach (var ledger in ledgers)
        {
            for (int place = 0; place < ledger.Rows.Count; place++)
                CheckRow(ledger.IdOf(place), ledger.Rows[place]);
        }

        CheckOrder();
    }

    private void Gather(IReadOnlyList<StoredRow> exported)
    {
        ulong last = 0;
        foreach (var row in exported)
        {
            if (row.Sequence <= last)
                findings.Add(FindingKind.Wrong, $"row {row.Id} has sequence {row.Sequence} and comes after {last}");
            last = row.Sequence;
            if (row.Id.IsBytes || Find(row.Id.Number) is null)
                findings.Add(FindingKind.Phantom, $"row {row.Id} was never written");
            else if (!_found.TryAdd(row.Id.Number, row))
                findings.Add(FindingKind.Duplicated, $"row {row.Id} is there twice, as {_found[row.Id.Number].Sequence} and {row.Sequence}");
        }
    }

    /// <summary>An open write is in or not, whole in each shard.</summary>
    private void CheckOpenWrites()
    {
        var open = ledgers.SelectMany(ledger => ledger.Rows).Select(row => row.Open).OfType<LedgerWrite>().Distinct();
        foreach (var write in open.ToArray())
        {
            // A row of it that an earlier check saw in is not open any more, and whatever it is now says nothing about this write.
            foreach (var part in write.Ids.Where(id => Find(id)!.Open == write).GroupBy(shardOf))
            {
                ulong[] ids = [.. part];
                int applied = ids.Count(id => Matches(id, Find(id)!.Maybe));
                if (applied > 0 && applied < ids.Length)
                    findings.Add(FindingKind.Wrong, $"{write.Kind} {write.Number} of writer {ids[0] >> 32} is in shard {part.Key} by half: {applied} of {ids.Length} rows");
                if (applied == ids.Length)
                    Array.ForEach(ids, id => Find(id)!.Settle());
            }
        }
    }

    private void CheckRow(ulong id, LedgerRow row)
    {
        if (Matches(id, row.Certain))
        {
            CheckSequence(id, row);
            return;
        }

        string expected = row.Certain.IsThere ? $"vector of write {row.Certain.Vector}, metadata of write {row.Certain.Metadata}" : "no row";
        if (!_found.TryGetValue(id, out var found))
            findings.Add(FindingKind.Lost, $"row {id} is not there: expected {expected}");
        else
            findings.Add(row.Certain.IsThere ? FindingKind.Lost : FindingKind.Phantom, $"row {id}: expected {expected}, found sequence {found.Sequence} with {found.Metadata}");
    }

    private void CheckSequence(ulong id, LedgerRow row)
    {
        if (!row.Certain.IsThere)
            return;
        ulong sequence = _found[id].Sequence;
        if (row.Sequence != 0 && row.Sequence != sequence)
            findings.Add(FindingKind.Duplicated, $"row {id} went from place {row.Sequence} to {sequence}, and nobody wrote it meanwhile");
        row.Sequence = sequence;
    }

    /// <summary>Rows of a batch lie in its order, and what was begun after another write was acknowledged lies behind it.</summary>
    private void CheckOrder()
    {
        var spans = new Dictionary<LedgerWrite, (ulong First, ulong Last)>();
        foreach (var (id, found) in _found.OrderBy(pair => pair.Value.Sequence))
        {
            if (Find(id) is not { Open: null, Placed: { } write } || write.Kind == WriteKind.Delete)
                continue;
            spans[write] = spans.TryGetValue(write, out var span) ? (span.First, found.Sequence) : (found.Sequence, found.Sequence);
        }

        foreach (var (write, _) in spans)
            CheckOrderWithin(write);

        var acknowledged = spans.Where(pair => pair.Key.Acknowledged > 0).OrderBy(pair => pair.Key.Acknowledged).ToArray();
        (int next, ulong highest) = (0, 0);
        foreach (var (write, span) in spans.OrderBy(pair => pair.Key.Begun))
        {
            for (; next < acknowledged.Length && acknowledged[next].Key.Acknowledged < write.Begun; next++)
                highest = Math.Max(highest, acknowledged[next].Value.Last);
            if (span.First <= highest)
                findings.Add(FindingKind.Wrong, $"{write.Kind} {write.Number} got place {span.First}, and one that was acknowledged before it began has {highest}");
        }
    }

    private void CheckOrderWithin(LedgerWrite write)
    {
        ulong last = 0;
        foreach (ulong id in write.Ids)
        {
            if (Find(id)!.Placed != write || !_found.TryGetValue(id, out var found))
                continue;
            if (found.Sequence <= last)
                findings.Add(FindingKind.Wrong, $"row {id} lies at {found.Sequence}, and a row before it in its batch at {last}");
            last = found.Sequence;
        }
    }

    private bool Matches(ulong id, RowContent content) =>
        _found.TryGetValue(id, out var found) ? rows.Is(found, content) : !content.IsThere;

    private LedgerRow? Find(ulong id) => id >> 32 < (ulong)ledgers.Count ? ledgers[(int)(id >> 32)].Find(id) : null;
}
