namespace IqdbFlat.Engine;

/// <summary>Which rows a list has, in which order, and which part of it is wanted.</summary>
public sealed record ListOptions
{
    /// <summary>Rows of a page, at most.</summary>
    public const int MaxLimit = 65_536;

    /// <summary>Fields that a list is ordered by, at most.</summary>
    public const int MaxOrders = 16;

    /// <summary>All rows in the order of insertion, 1,000 a page.</summary>
    public static ListOptions Default { get; } = new();

    /// <summary>Which rows count; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>The fields that rows are ordered by, the most important first; rows that are equal in all come in the order of insertion. Empty for that order alone.</summary>
    public IReadOnlyList<FieldOrder> OrderBy { get; init; } = [];

    /// <summary>Rows of the page, 1 to <see cref="MaxLimit"/>. In a cluster a page ends earlier at 16 MiB.</summary>
    public int Limit { get; init; } = 1_000;

    /// <summary>Rows to pass over before the page, at least 0. Memory stays bounded however many they are; the work grows.</summary>
    public int Skip { get; init; }

    /// <summary>The <see cref="RowPage.Cursor"/> of the page before, of a list with the same filter and order; null for the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether rows carry their vectors; otherwise these are empty.</summary>
    public bool IncludeVectors { get; init; } = true;
}
