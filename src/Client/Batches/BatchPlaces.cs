using IqdbFlat.Engine;

namespace IqdbFlat.Client.Batches;

/// <summary>
/// Turns the error of one message into the error of the whole batch: places count from the batch's first item, and everything after the message is not applied.
/// </summary>
internal static class BatchPlaces
{
    /// <summary>The error of a batch of <paramref name="total"/> items whose message of <paramref name="count"/> items from <paramref name="offset"/> on failed.</summary>
    public static FlatIndexException OfBatch(FlatIndexException error, int offset, int count, int total)
    {
        var places = NotApplied(error.Error, offset, count, total);
        return new(error.Error with { Item = offset + (error.Error.Item ?? (places[0] - offset)), NotApplied = places }, error.InnerException ?? error);
    }

    /// <summary>The error of a batch whose item at <paramref name="place"/> may not be sent; the items before it are in.</summary>
    public static FlatIndexException OfItem(FlatIndexException error, int place, int total) =>
        new(error.Error with { Item = place, NotApplied = Rising(place, total) }, error);

    /// <summary>The error of a batch that was refused before anything was sent; it says itself which item is to blame.</summary>
    public static FlatIndexException OfNothing(FlatIndexException error, int total) => new(error.Error with { NotApplied = Rising(0, total) }, error.InnerException);

    /// <summary>The error of a call that has but one item, which needs no place.</summary>
    public static FlatIndexException OfSingle(FlatIndexException error) => error.Error is { Item: null, NotApplied.Count: 0 }
        ? error
        : new(error.Error with { Item = null, NotApplied = [] }, error.InnerException ?? error);

    private static int[] NotApplied(FlatError error, int offset, int count, int total)
    {
        // A cluster that lists the places knows them; one that only names the first stopped there; one that says nothing (a lost answer) vouches for none.
        IReadOnlyList<int> here = error.NotApplied.Count > 0 ? error.NotApplied : Rising(error.Item ?? 0, count);
        var places = new int[here.Count + total - offset - count];
        for (int i = 0; i < here.Count; i++)
            places[i] = offset + here[i];
        for (int i = here.Count; i < places.Length; i++)
            places[i] = offset + count + i - here.Count;
        return places;
    }

    private static int[] Rising(int from, int to)
    {
        var places = new int[Math.Max(0, to - from)];
        for (int i = 0; i < places.Length; i++)
            places[i] = from + i;
        return places;
    }
}
