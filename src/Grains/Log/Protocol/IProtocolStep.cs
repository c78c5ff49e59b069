namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>
/// A part of the protocol as a value: it says what it wants of the store, and what it becomes on the answer. No grain, clock or
/// I/O, so that a test can drive it through every interleaving.
/// </summary>
internal interface IProtocolStep<T>
    where T : IProtocolStep<T>
{
    /// <summary>Whether the end is reached.</summary>
    bool IsDone { get; }

    /// <summary>What to ask of the store next, while it is not done.</summary>
    StoreCommand Command { get; }

    /// <summary>What this becomes on the store's answer.</summary>
    T On(StoreAnswer answer);
}
