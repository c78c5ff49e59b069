namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>
/// How finely a tile codes its queries. A row's codes have 8 bits; the fewer a query's have, the more products can be added in 16 bits before they are
/// brought to 32, which is what a tile's time goes into.
/// </summary>
internal enum TileDepth
{
    /// <summary>Codes from -31 to 31: two times two products.</summary>
    SixBits,

    /// <summary>Codes from -63 to 63: two products.</summary>
    SevenBits,
}
