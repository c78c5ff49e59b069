namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>What one writer has been told, row by row. Writers share no rows, so that each row has one history.</summary>
/// <param name="writer">The writer's number, from 0.</param>
/// <param name="clock">The clock of all ledgers of a run.</param>
internal sealed class WriterLedger(int writer, LedgerClock clock)
{
    /// <summary>Rows that a writer may have.</summary>
    public const int Capacity = 3_000;

    private readonly LedgerRow[] _rows = [.. Enumerable.Range(0, Capacity).Select(_ => new LedgerRow())];
    private long _writes;

    /// <summary>The rows, by their place.</summary>
    public IReadOnlyList<LedgerRow> Rows => _rows;

    /// <summary>The id of a place.</summary>
    public ulong IdOf(int place) => ((ulong)writer << 32) | (uint)place;

    /// <summary>The row of an id, or null where no writer of that number or no such row can be.</summary>
    public LedgerRow? Find(ulong id) => id >> 32 == (ulong)writer && (uint)id < Capacity ? _rows[(uint)id] : null;

    /// <summary>Puts down a write before it is sent.</summary>
    public LedgerWrite Begin(WriteKind kind, IReadOnlyList<int> places)
    {
        var write = new LedgerWrite(kind, ++_writes, [.. places.Select(IdOf)], clock.Next());
        foreach (int place in places)
        {
            if (_rows[place].Open is not null)
                throw new InvalidOperationException("A row with an open write is not written again.");
            _rows[place].Open = write;
        }

        return write;
    }

    /// <summary>The answer came: rows of the write are in.</summary>
    public void Acknowledge(LedgerWrite write, IEnumerable<ulong> ids)
    {
        write.Acknowledged = clock.Next();
        foreach (ulong id in ids)
            Find(id)!.Settle();
    }

    /// <summary>No answer came, and it is not asked for again.</summary>
    public void GiveUp(LedgerWrite write) => write.GivenUp = clock.Next();

    /// <summary>The answer came: rows of the write are not in and never will be.</summary>
    public void Refuse(IEnumerable<ulong> ids)
    {
        foreach (ulong id in ids)
            Find(id)!.Open = null;
    }
}
