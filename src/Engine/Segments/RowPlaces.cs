using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// The places of rows that an empty store is told to expect: the row of number i, from 0, will lie at i. Any threads put vectors there, each those of its own rows, before
/// the writer adds the rows one after the other and takes the segments from here.
/// </summary>
/// <remarks>A vector and its codes are most of what a row costs, and the first touch of their pages is part of it. What is left to the one writer has an order: the id lookup, columns.</remarks>
internal sealed class RowPlaces(SegmentLayout layout, CodeSlabs codes, int rows)
{
    private readonly Lock _gate = new();
    private readonly Segment?[] _segments = new Segment?[((rows - 1) >> layout.Shift) + 1];

    /// <summary>Segments that the rows take.</summary>
    public int Segments => _segments.Length;

    /// <summary>The segment of a number; whoever asks first makes it.</summary>
    public Segment SegmentAt(int number)
    {
        if (Volatile.Read(ref _segments[number]) is { } there)
            return there;
        lock (_gate)
        {
            if (_segments[number] is { } made)
                return made;
            var segment = new Segment(layout, SegmentCapacity.Beside(layout, number << layout.Shift, rows), codes);
            Volatile.Write(ref _segments[number], segment);
            return segment;
        }
    }

    /// <summary>Puts the vector of a row at its place and makes its codes. Before the writer adds the row, and once.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.DimensionMismatch"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Put(int row, ReadOnlySpan<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(row));
        if (vector.Length != layout.Dimension)
            throw FlatIndexException.DimensionMismatch(layout.Dimension, vector.Length);
        SegmentAt(layout.SegmentOf(row)).WriteVector(layout.OffsetOf(row), vector);
    }
}
