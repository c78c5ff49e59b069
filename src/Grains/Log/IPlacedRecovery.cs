namespace IqdbFlat.Grains.Log;

/// <summary>
/// A recovery that knows where each stored row will lie, and takes vectors there from any threads, while the rows themselves come one at a time and in their order.
/// Rows have numbers from 0, over all stored segments.
/// </summary>
internal interface IPlacedRecovery : IShardRecovery
{
    /// <summary>Takes the vector of a stored row: after <see cref="IShardRecovery.Begin"/>, once, and before its Put. The span is valid during the call only.</summary>
    void Place(int row, ReadOnlySpan<float> vector);

    /// <summary>The next live rows of a stored segment, in order, whose vectors have been placed. The spans are valid during the call only.</summary>
    /// <param name="row">The number of the first.</param>
    /// <param name="ids">Their ids.</param>
    /// <param name="sequences">Their sequences.</param>
    /// <param name="metadata">Their metadata.</param>
    void Put(int row, ReadOnlySpan<RowId> ids, ReadOnlySpan<ulong> sequences, ReadOnlySpan<Metadata> metadata);
}
