namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>Counts moments: of two, the later has the higher number.</summary>
internal sealed class LedgerClock
{
    private long _now;

    /// <summary>The moment that is now.</summary>
    public long Next() => Interlocked.Increment(ref _now);
}
