namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>Chooses how finely the queries of a tile are coded: as coarsely as leaves few rows, each of which costs a second look.</summary>
internal sealed class TileDepths(int stride)
{
    private const int MostOfSix = 768;

    // A row that is left costs as much as a bit less spares for about fifty.
    private const int MostLeft = 50;
    private const int FewLeft = 2_000;
    private const int ChunksToDeeper = 8;
    private const int ChunksToCoarser = 64;

    private int _many;
    private int _few;

    /// <summary>The depth for the next chunk.</summary>
    public TileDepth Depth { get; private set; } = First(stride);

    /// <summary>The depth to begin with: what coding leaves out of a query grows with the root of its length, the spread of distances does not.</summary>
    public static TileDepth First(int stride) =>
        stride <= MostOfSix ? TileDepth.SixBits : TileDepth.SevenBits;

    /// <summary>Takes note of how many pairs of a chunk were looked at, and how many of them were left.</summary>
    public void Learn(long pairs, long left)
    {
        if (pairs == 0)
            return;
        _many = left * MostLeft > pairs ? _many + 1 : 0;
        _few = left * FewLeft < pairs ? _few + 1 : 0;
        if (_many >= ChunksToDeeper)
            Turn(TileDepth.SevenBits);
        else if (_few >= ChunksToCoarser)
            Turn(First(stride));
    }

    private void Turn(TileDepth depth)
    {
        Depth = depth;
        _many = 0;
        _few = 0;
    }
}
