namespace IqdbFlat.Engine;

/// <summary>A page of a list.</summary>
public sealed record RowPage
{
    /// <summary>The rows. Fewer than were asked for do not mean that the list ends.</summary>
    public required IReadOnlyList<StoredRow> Rows { get; init; }

    /// <summary>What the next page is asked for with; null when the list has ended.</summary>
    public required string? Cursor { get; init; }
}
