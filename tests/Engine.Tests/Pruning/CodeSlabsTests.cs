using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Tests.Pruning;

public unsafe class CodeSlabsTests
{
    private static readonly CodeLayout Layout = new(128, 8_192, BoundForm.Distance);

    [Fact]
    public void Places_of_full_segments_lie_apart_and_smaller_ones_have_their_own_memory()
    {
        var slabs = new CodeSlabs(Layout, 8_192);
        long bytes = Layout.BytesFor(8_192);
        CodeMemory[] taken = [.. Enumerable.Range(0, 40).Select(_ => slabs.Take(8_192)!)];
        nuint[] starts = [.. taken.Select(memory => (nuint)memory.Blocks).Order()];
        Assert.All(starts, start => Assert.Equal(0u, start % 64));
        Assert.All(starts.Zip(starts[1..]), pair => Assert.True(pair.Second - pair.First >= (nuint)bytes));
        Assert.Equal(Layout.BytesFor(128), slabs.Take(128)!.ByteCount);
        Assert.Null(slabs.Take(32));
        GC.KeepAlive(taken);
    }

    [Fact]
    public void A_place_that_came_back_is_given_out_again()
    {
        var slabs = new CodeSlabs(Layout, 8_192);
        var kept = slabs.Take(8_192)!;
        var slab = new CodeSlab(2, 4_096);
        int first = slab.Take(), second = slab.Take();
        Assert.True(slab.IsFull);
        Assert.NotEqual(first, second);
        slab.Return(second);
        Assert.False(slab.IsFull);
        Assert.Equal(second, slab.Take());
        slab.Return(first);
        slab.Return(second);
        Assert.True(slab.IsEmpty);
        GC.KeepAlive(kept);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(768)]
    [InlineData(1_536)]
    [InlineData(65_536)]
    public void Slabs_fill_their_huge_pages(int dimension)
    {
        int rows = new IqdbFlat.Engine.Segments.SegmentLayout(dimension, BoundForm.Distance).FullRows;
        long bytes = new CodeLayout(dimension, rows, BoundForm.Distance).BytesFor(rows);
        int places = CodeSlabs.PlacesFor(bytes);
        Assert.InRange(places, 1, 32);
        Assert.InRange(places * bytes, 16 << 20, 32 << 20);
        Assert.InRange(IqdbFlat.Engine.Segments.SegmentMemory.EmptyShare(places * bytes), 0, 1.0 / 32);
    }
}
