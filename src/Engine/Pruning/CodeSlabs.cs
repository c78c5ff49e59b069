namespace IqdbFlat.Engine.Pruning;

/// <summary>Gives out memory for codes: a place in a slab for a full segment, a block of its own for a smaller one.</summary>
/// <remarks>
/// Codes of a full segment are 1 to 2 MiB, less than what can lie in huge pages by itself, and a scan of codes in small pages was measured a fifth
/// slower. Places come back when no snapshot holds their segment, on the finalizer's thread: hence the lock.
/// </remarks>
internal sealed class CodeSlabs(CodeLayout layout, int fullRows)
{
    private const long SlabBytes = 16 << 20;
    private readonly Lock _gate = new();
    private readonly List<CodeSlab> _slabs = [];

    /// <summary>Memory for the codes of a segment of some capacity; null where its rows have none.</summary>
    public CodeMemory? Take(int capacity)
    {
        long bytes = layout.BytesFor(capacity);
        if (bytes == 0)
            return null;
        if (capacity < fullRows)
            return new CodeMemory(bytes);
        lock (_gate)
        {
            var slab = _slabs.Find(slab => !slab.IsFull);
            if (slab is null)
            {
                slab = new CodeSlab((int)Math.Clamp(SlabBytes / bytes, 1, 32), bytes);
                _slabs.Add(slab);
            }

            return new CodeMemory(this, slab, slab.Take(), bytes);
        }
    }

    /// <summary>Gives a place back; a slab without any other goes too.</summary>
    public void Return(CodeSlab slab, int place)
    {
        lock (_gate)
        {
            slab.Return(place);
            if (slab.IsEmpty)
                _slabs.Remove(slab);
        }
    }
}
