using System.Globalization;
using IqdbFlat.Client.Batches;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Ingest;

/// <summary>Errors of a stream, which name the row by its ordinal.</summary>
internal static class StreamErrors
{
    /// <summary>What is wrong with the row of an ordinal.</summary>
    public static FlatIndexException AtRow(FlatIndexException error, long ordinal) => new(
        error.Error with { Message = Say($"row {ordinal}: {error.Message}"), Item = AsItem(ordinal), NotApplied = [] },
        error.InnerException ?? error);

    /// <summary>What a batch of the stream ran into: the row that stopped it, or the first row that is not acknowledged.</summary>
    public static FlatIndexException OfBatch(FlatIndexException error, long firstOrdinal, int rows)
    {
        if (error.Error is { Item: null, NotApplied.Count: 0 })
        {
            return new(
                error.Error with { Message = Say($"rows from {firstOrdinal} on are not acknowledged: {error.Message}"), Item = AsItem(firstOrdinal) },
                error.InnerException ?? error);
        }

        var placed = BatchPlaces.OfBatch(error, 0, rows, rows).Error;
        int[] notApplied = firstOrdinal + rows <= int.MaxValue ? [.. placed.NotApplied.Select(place => (int)(firstOrdinal + place))] : [];
        return new(AtRow(error, firstOrdinal + placed.Item!.Value).Error with { NotApplied = notApplied }, error.InnerException ?? error);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // A stream can be longer than places count; its message still names the row.
    private static int? AsItem(long ordinal) => ordinal <= int.MaxValue ? (int)ordinal : null;
}
