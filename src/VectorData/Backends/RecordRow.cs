using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>
/// A record as it is stored: one row with its metadata and, in the order of the shape's columns, its vectors, null where it has none. The sequence is that of a row that was read.
/// </summary>
internal readonly record struct RecordRow(RowId Id, Metadata Metadata, ReadOnlyMemory<float>?[] Vectors, ulong Sequence = 0)
{
    /// <summary>The vectors of a row that was read without them.</summary>
    public static ReadOnlyMemory<float>?[] NoVectors { get; } = [];
}
