using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>
/// Putting one record at a place of one's own epoch, behind all that have begun. After a conflict or an unknown outcome the place is read: it holds this
/// record, or another, which means that the epoch is sealed. Absent after an unknown outcome proves nothing, since the put may yet
/// land: the same record is put again until the place is taken.
/// </summary>
internal sealed record Append(LogPosition At, LogRecord Record, AppendState State = AppendState.Putting, string? ETag = null)
    : IProtocolStep<Append>
{
    public bool IsDone => State is AppendState.Committed or AppendState.Fenced;

    public StoreCommand Command => State switch
    {
        AppendState.Putting => new StoreCommand.PutLog(At, Record),
        AppendState.Looking => new StoreCommand.ReadLog(At),
        _ => throw new InvalidOperationException($"An append that is {State} asks for nothing."),
    };

    public Append On(StoreAnswer answer) => (State, answer) switch
    {
        (AppendState.Putting, StoreAnswer.Written written) => this with { State = AppendState.Committed, ETag = written.ETag },
        (AppendState.Putting, StoreAnswer.Conflict or StoreAnswer.Unknown) => this with { State = AppendState.Looking },
        (AppendState.Looking, StoreAnswer.Unknown) => this,
        (AppendState.Looking, StoreAnswer.Absent) => this with { State = AppendState.Putting },
        (AppendState.Looking, StoreAnswer.FoundLog found) when found.Record.IsSameAs(Record) =>
            this with { State = AppendState.Committed, ETag = found.ETag },
        (AppendState.Looking, StoreAnswer.FoundLog or StoreAnswer.Damaged) => this with { State = AppendState.Fenced },
        _ => throw new InvalidOperationException($"An append that is {State} does not expect {answer}."),
    };
}

/// <summary>How far an <see cref="Append"/> is.</summary>
internal enum AppendState
{
    Putting,
    Looking,
    Committed,
    Fenced,
}
