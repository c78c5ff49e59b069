using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Scan;

namespace IqdbFlat.Engine.Streams;

/// <summary>Rows of a stream. The order of insertion is the order of the stream, so a row's number is its sequence.</summary>
/// <param name="firstRow">The number in the stream of the row at offset 0.</param>
internal readonly struct StreamRows(long firstRow) : ITileRows
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAt(int offset, out ulong sequence, out int row)
    {
        (sequence, row) = ((ulong)(firstRow + offset), 0);
        return true;
    }

    /// <inheritdoc/>
    public void Fetch(int offset)
    {
        // It is computed.
    }
}
