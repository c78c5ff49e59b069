namespace IqdbFlat.Engine.Columns;

/// <summary>
/// What a column holds: growing while rows are appended, sealed once none is. A reader takes it once from its <see cref="Column"/> and looks at no
/// row past its snapshot's count.
/// </summary>
internal abstract class ColumnContent
{
    /// <summary>Bytes, estimated.</summary>
    public abstract long EstimatedBytes { get; }

    /// <summary>The value of a row that has the field.</summary>
    public abstract MetadataValue Read(int offset);

    /// <summary>
    /// Finds out which values a leaf accepts, as far as that is needed before rows are selected, and says how many of the first rows of the
    /// segment it holds for, at least and at most.
    /// </summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="rows">Rows that the reader sees.</param>
    public abstract RowBounds Bind(FilterLeaf leaf, int rows);

    /// <summary>Sets the bits of the rows that a leaf, bound to this content and so many rows before, holds for; clears none.</summary>
    public abstract void Select(FilterLeaf leaf, int rows, Span<ulong> mask);
}

/// <summary>How many rows are selected.</summary>
/// <param name="Least">At least so many.</param>
/// <param name="Most">At most so many.</param>
internal readonly record struct RowBounds(int Least, int Most)
{
    /// <summary>No row.</summary>
    public static RowBounds None => default;
}
