using IqdbFlat.Engine.Ranked;

namespace IqdbFlat.Engine;

/// <summary>One row of an answer.</summary>
/// <param name="Id">The row's identity.</param>
/// <param name="Distance">The canonical 32-bit distance; smaller is nearer for every metric.</param>
/// <param name="Sequence">The row's place in the order of insertion, which breaks ties.</param>
/// <param name="Metadata">The row's metadata when the search asked for it, else null.</param>
public readonly record struct Hit(RowId Id, float Distance, ulong Sequence, Metadata? Metadata = null)
{
    /// <summary>What a search for what ranks behind this hit is asked with (<see cref="SearchOptions.Cursor"/>).</summary>
    public string Cursor => SearchBounds.CursorOf(this);
}
