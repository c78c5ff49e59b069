using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning;

/// <summary>Gives out memory for codes: a place in a slab for a full segment, a block of its own for a smaller one.</summary>
/// <remarks>
/// Codes of a full segment are 1 to 2 MiB, less than what can lie in huge pages by itself, and a scan of codes in small pages was measured a fifth
/// slower. Places come back when no snapshot holds their segment, on the finalizer's thread: hence the lock.
/// </remarks>
internal sealed class CodeSlabs(CodeLayout layout, int fullRows)
{
    private const int MostPlaces = 32;
    private const long LeastSlabBytes = 16 << 20;
    private const long MostSlabBytes = 32 << 20;

    private readonly int _places = PlacesFor(layout.BytesFor(fullRows));
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
                slab = new CodeSlab(_places, bytes);
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

    /// <summary>The places of a slab of 16 to 32 MiB: the number of them that leaves the smallest share of its last huge page empty.</summary>
    internal static int PlacesFor(long bytes)
    {
        int best = 1;
        for (int places = 1; places <= MostPlaces && bytes > 0 && places * bytes <= MostSlabBytes; places++)
        {
            if (best * bytes < LeastSlabBytes || Emptiness(places) <= Emptiness(best))
                best = places;
        }

        return best;

        double Emptiness(int places) => SegmentMemory.EmptyShare(places * bytes);
    }
}
