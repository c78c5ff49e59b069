namespace IqdbFlat.Grains.Log.Records;

/// <summary>The rows of a stored segment: a segment record, or a log record that stays and counts as one.</summary>
internal interface ISegmentRows
{
    /// <summary>The rows' sequences, in the order of the rows; known once they have been handed over.</summary>
    ulong[] Sequences { get; }

    /// <summary>Puts the vectors of the live rows at their places, of which the first has a number. Any thread, once, before the rows are handed over.</summary>
    void Place(int first, IPlacedRecovery target);

    /// <summary>Hands the live rows over, once. Answers how many they were.</summary>
    int Deliver(IShardRecovery target);

    /// <summary>Checks the frame and what the checkpoint says of the segment. CorruptData names the record.</summary>
    static ISegmentRows Open(StoredSegment segment, int dimension, ReadOnlyMemory<byte> bytes) => segment.Name.IsLog
        ? LogRowsReader.Open(segment, dimension, bytes)
        : SegmentReader.Open(segment, dimension, bytes);
}
