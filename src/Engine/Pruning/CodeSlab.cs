using System.Numerics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning;

/// <summary>A large block with places for the codes of several full segments, which alone would be too small for huge pages.</summary>
internal sealed unsafe class CodeSlab(int places, long bytes)
{
    private readonly SegmentMemory _memory = new(places * bytes);
    private ulong _free = ulong.MaxValue >> (64 - places);

    /// <summary>Whether every place is taken.</summary>
    public bool IsFull => _free == 0;

    /// <summary>Whether no place is taken.</summary>
    public bool IsEmpty => BitOperations.PopCount(_free) == places;

    /// <summary>Takes a place.</summary>
    public int Take()
    {
        int place = BitOperations.TrailingZeroCount(_free);
        _free &= _free - 1;
        return place;
    }

    /// <summary>Gives a place back.</summary>
    public void Return(int place) => _free |= 1UL << place;

    /// <summary>Where a place begins. Keep this object reachable while it is used.</summary>
    public byte* At(int place) => (byte*)_memory.Rows + (place * bytes);
}
