namespace IqdbFlat.Grains.Coordinator;

/// <summary>
/// The newest epoch of each index under which this coordinator was given numbers: all shards refuse older ones since. A write that began when its epoch was known can
/// have no other try under an older one; whether one that began before has, its shards must be asked.
/// </summary>
internal sealed class KnownEpochs
{
    /// <summary>Indexes, at most. One that is forgotten costs a question.</summary>
    private const int Most = 1_024;

    private readonly Dictionary<string, ulong> _epochs = new(StringComparer.Ordinal);

    /// <summary>The epoch, or null where none is known.</summary>
    public ulong? Of(string incarnation) => _epochs.TryGetValue(incarnation, out ulong epoch) ? epoch : null;

    /// <summary>Numbers of this epoch were given.</summary>
    public void Learn(string incarnation, ulong epoch)
    {
        if (Of(incarnation) >= epoch)
            return;
        if (_epochs.Count >= Most)
            _epochs.Clear();
        _epochs[incarnation] = epoch;
    }
}
