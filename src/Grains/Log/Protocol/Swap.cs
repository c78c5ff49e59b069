using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>
/// Replacing the checkpoint by compare-and-set. After a conflict or an unknown outcome it is read: it is the new one, or still the old
/// one, and the same is tried again (which cannot do harm, since it succeeds once at most), or somebody else's: then it is lost.
/// </summary>
internal sealed record Swap(Checkpoint Next, string Expected, SwapState State = SwapState.Replacing, string? ETag = null)
    : IProtocolStep<Swap>
{
    public bool IsDone => State is SwapState.Won or SwapState.Lost;

    public StoreCommand Command => State switch
    {
        SwapState.Replacing => new StoreCommand.ReplaceCheckpoint(Next, Expected),
        SwapState.Looking => new StoreCommand.ReadCheckpoint(),
        _ => throw new InvalidOperationException($"A swap that is {State} asks for nothing."),
    };

    public Swap On(StoreAnswer answer) => (State, answer) switch
    {
        (SwapState.Replacing, StoreAnswer.Written written) => this with { State = SwapState.Won, ETag = written.ETag },
        (SwapState.Replacing, StoreAnswer.Conflict or StoreAnswer.Unknown) => this with { State = SwapState.Looking },
        (SwapState.Looking, StoreAnswer.Unknown) => this,
        (SwapState.Looking, StoreAnswer.Absent) => this with { State = SwapState.Lost },
        (SwapState.Looking, StoreAnswer.FoundCheckpoint found) when found.Checkpoint.IsSameAs(Next) =>
            this with { State = SwapState.Won, ETag = found.ETag },
        (SwapState.Looking, StoreAnswer.FoundCheckpoint found) =>
            this with { State = found.ETag == Expected ? SwapState.Replacing : SwapState.Lost },
        _ => throw new InvalidOperationException($"A swap that is {State} does not expect {answer}."),
    };
}

/// <summary>How far a <see cref="Swap"/> is.</summary>
internal enum SwapState
{
    Replacing,
    Looking,
    Won,
    Lost,
}
