using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>
/// Taking a shard over: read the checkpoint and the logs of its chain, seal the last one, then add an epoch of one's own by
/// compare-and-set. From the seal on the former writer cannot commit; from the compare-and-set on this one can. If the checkpoint
/// moved meanwhile, all that was read may be stale: begin again.
/// </summary>
/// <param name="Writer">The activation that takes over.</param>
/// <param name="IsForErasure">Whether the shard is to be deleted anyway: then damaged and missing records are no obstacle.</param>
internal sealed record TakeOver(Guid Writer, bool IsForErasure = false) : IProtocolStep<TakeOver>
{
    public TakeOverState State { get; private init; } = TakeOverState.ReadingCheckpoint;

    /// <summary>The checkpoint that was read, or once won, written.</summary>
    public Checkpoint? Checkpoint { get; private init; }

    public string? ETag { get; private init; }

    /// <summary>The log records of the chain, the latest on top; seals are not among them.</summary>
    public ImmutableStack<LogEntry> Tail { get; private init; } = [];

    /// <summary>Where each epoch of the chain ended, in the chain's order.</summary>
    public ImmutableArray<LogPosition> Ends { get; private init; } = [];

    /// <summary>Records beyond the last epoch's end, as far as they were looked for: on their way when their activation ended.</summary>
    public ImmutableArray<LogPosition> SeenBeyond { get; private init; } = [];

    /// <summary>The record that makes the shard unreadable, in state <see cref="TakeOverState.Corrupt"/>.</summary>
    public string? Damage { get; private init; }

    private int Link { get; init; }

    private ulong Position { get; init; }

    /// <summary>The checksum of the record before the position.</summary>
    private ulong Previous { get; init; }

    private Swap? Claim { get; init; }

    /// <summary>How far beyond the absent position it looks.</summary>
    private int Beyond { get; init; }

    /// <summary>Whether the position was absent while there was a record that is only written when it is not.</summary>
    private bool IsPassed { get; init; }

    public bool IsDone => State is TakeOverState.Won or TakeOverState.Missing or TakeOverState.Corrupt;

    private LogPosition At => new(Checkpoint!.Chain[Link].Epoch, Position);

    private LogPosition BeyondAt => At with { Position = Position + (ulong)Beyond };

    private bool IsLastLink => Link == Checkpoint!.Chain.Length - 1;

    public StoreCommand Command => State switch
    {
        TakeOverState.ReadingCheckpoint or TakeOverState.Doubting => new StoreCommand.ReadCheckpoint(),
        TakeOverState.ReadingLog => new StoreCommand.ReadLog(At),
        TakeOverState.LookingBeyond => new StoreCommand.ReadLog(BeyondAt),
        TakeOverState.Sealing => new StoreCommand.PutLog(At, LogRecord.Seal(At, Writer, Previous)),
        TakeOverState.Claiming => Claim!.Command,
        _ => throw new InvalidOperationException($"A takeover that is {State} asks for nothing."),
    };

    public TakeOver On(StoreAnswer answer) => (State, answer) switch
    {
        (TakeOverState.Claiming, _) => OnClaim(Claim!.On(answer)),
        (TakeOverState.Sealing, StoreAnswer.Written) => EndLink(),
        (TakeOverState.Sealing, StoreAnswer.Conflict or StoreAnswer.Unknown) => this with { State = TakeOverState.ReadingLog },
        (_, StoreAnswer.Unknown) => this,
        (TakeOverState.ReadingCheckpoint or TakeOverState.Doubting, StoreAnswer.Absent) => this with { State = TakeOverState.Missing },
        (TakeOverState.ReadingCheckpoint, StoreAnswer.FoundCheckpoint found) => Begin(found),
        (TakeOverState.Doubting, StoreAnswer.FoundCheckpoint found) =>
            found.ETag == ETag ? this with { State = TakeOverState.Corrupt } : Begin(found),
        (TakeOverState.ReadingLog, StoreAnswer.Absent) => OnAbsent(),
        (TakeOverState.LookingBeyond, StoreAnswer.FoundLog found) when found.Record.Outstanding < Beyond => Passed(),
        (TakeOverState.LookingBeyond, StoreAnswer.FoundLog) => LookOn(SeenBeyond.Add(BeyondAt)),
        (TakeOverState.LookingBeyond, StoreAnswer.Absent) => LookOn(SeenBeyond),
        (TakeOverState.LookingBeyond, StoreAnswer.Damaged) => Passed(),
        (TakeOverState.ReadingLog, StoreAnswer.Damaged damaged) => IsForErasure ? Skip() : Doubt(damaged.Reason),
        (TakeOverState.ReadingLog, StoreAnswer.FoundLog found) => OnRecord(found),
        _ => throw new InvalidOperationException($"A takeover that is {State} does not expect {answer}."),
    };

    private TakeOver Begin(StoreAnswer.FoundCheckpoint found) => new TakeOver(Writer, IsForErasure)
    {
        State = TakeOverState.ReadingLog,
        Checkpoint = found.Checkpoint,
        ETag = found.ETag,
        Position = found.Checkpoint.Chain[0].Base,
        Previous = found.Checkpoint.Chain[0].Previous,
    };

    private TakeOver OnAbsent()
    {
        if (IsForErasure)
            return IsLastLink ? this with { State = TakeOverState.Sealing } : EndLink();
        if (!IsLastLink || IsPassed)
            return Doubt("is missing");

        // A record says how many before it may be missing. Where this one is none of those, it has come meanwhile, or has vanished.
        return this with { State = TakeOverState.LookingBeyond, Beyond = 1, SeenBeyond = [] };
    }

    private TakeOver LookOn(ImmutableArray<LogPosition> seen) => Beyond < Ownership.MostOutstanding
        ? this with { Beyond = Beyond + 1, SeenBeyond = seen }
        : this with { State = TakeOverState.Sealing, SeenBeyond = seen };

    private TakeOver Passed() => this with { State = TakeOverState.ReadingLog, IsPassed = true };

    private TakeOver Skip() => this with { Position = Position + 1, Previous = 0 };

    private TakeOver OnRecord(StoreAnswer.FoundLog found)
    {
        if (found.Record.Previous != Previous && !IsForErasure)
            return Doubt($"does not follow the record before it: checksum {Previous:x16} expected, found {found.Record.Previous:x16}");
        if (found.Record.Kind == LogRecordKind.Seal)
            return EndLink();
        return this with
        {
            Tail = Tail.Push(new LogEntry(At, found.Record, found.ETag)),
            Position = Position + 1,
            Previous = found.Record.Checksum,
            IsPassed = false,
            SeenBeyond = [],
        };
    }

    // The chain's last epoch is sealed, or an earlier one is read to its end.
    private TakeOver EndLink()
    {
        var ended = this with { Ends = Ends.Add(At) };
        if (IsLastLink)
            return ended with { State = TakeOverState.Claiming, Claim = new Swap(Checkpoint!.TakenOverBy(Writer), ETag!) };
        var next = Checkpoint!.Chain[Link + 1];
        return ended with { State = TakeOverState.ReadingLog, IsPassed = false, Link = Link + 1, Position = next.Base, Previous = next.Previous };
    }

    // A record that the checkpoint promises is not there or is not right. If the checkpoint moved, that is no wonder.
    private TakeOver Doubt(string damage) => this with { State = TakeOverState.Doubting, Damage = damage };

    private TakeOver OnClaim(Swap claim) => claim.State switch
    {
        SwapState.Won => this with { State = TakeOverState.Won, Checkpoint = claim.Next, ETag = claim.ETag, Claim = null },
        SwapState.Lost => new TakeOver(Writer, IsForErasure),
        _ => this with { Claim = claim },
    };

    /// <summary>The name of the record at the place reached.</summary>
    public string RecordName => RecordNames.Log(At);
}

/// <summary>A log record and where it was found.</summary>
internal sealed record LogEntry(LogPosition At, LogRecord Record, string ETag);

/// <summary>How far a <see cref="TakeOver"/> is.</summary>
internal enum TakeOverState
{
    ReadingCheckpoint,
    ReadingLog,

    /// <summary>The end of the last log is reached. Is it the end, or has a record vanished from the middle?</summary>
    LookingBeyond,
    Sealing,
    Claiming,

    /// <summary>Something promised is missing: has the checkpoint moved?</summary>
    Doubting,
    Won,

    /// <summary>There is no checkpoint: no such shard.</summary>
    Missing,
    Corrupt,
}
