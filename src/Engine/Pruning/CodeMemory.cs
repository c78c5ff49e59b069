using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning;

/// <summary>The memory of one segment's codes. Whoever holds a reference keeps it alive; the finalizer gives its place back.</summary>
internal sealed unsafe class CodeMemory
{
    private readonly SegmentMemory? _own;
    private readonly CodeSlabs? _slabs;
    private readonly CodeSlab? _slab;
    private readonly int _place;

    /// <summary>A block of its own.</summary>
    public CodeMemory(long bytes)
    {
        _own = new SegmentMemory(bytes);
        Blocks = (byte*)_own.Rows;
        ByteCount = bytes;
        GC.SuppressFinalize(this);
    }

    /// <summary>A place in a slab.</summary>
    public CodeMemory(CodeSlabs slabs, CodeSlab slab, int place, long bytes)
    {
        _slabs = slabs;
        _slab = slab;
        _place = place;
        Blocks = slab.At(place);
        ByteCount = bytes;
    }

    /// <summary>Gives the place back.</summary>
    ~CodeMemory() => _slabs?.Return(_slab!, _place);

    /// <summary>The first block. Valid only while this object is reachable.</summary>
    public byte* Blocks { get; }

    /// <summary>The bytes that can be used.</summary>
    public long ByteCount { get; }
}
