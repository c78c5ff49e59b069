namespace IqdbFlat.Engine.Scan;

/// <summary>The rows that a tile measures, as the nearest of them are named.</summary>
internal interface ITileRows
{
    /// <summary>The sequence and the number of the row at an offset; false where it is dead.</summary>
    bool TryAt(int offset, out ulong sequence, out int row);

    /// <summary>Asks early for what <see cref="TryAt"/> reads.</summary>
    void Fetch(int offset);
}
