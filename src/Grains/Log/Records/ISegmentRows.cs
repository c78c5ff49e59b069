namespace IqdbFlat.Grains.Log.Records;

/// <summary>The rows of a stored segment: a segment record, or a log record that stays and counts as one.</summary>
internal interface ISegmentRows
{
    /// <summary>The rows' sequences, in the order of the rows; known once they have been handed over.</summary>
    ulong[] Sequences { get; }

    /// <summary>Hands the live rows over. Answers how many they were.</summary>
    int Deliver(StoredSegment segment, IShardRecovery target);

    /// <summary>Checks the frame and what the checkpoint says of the segment. CorruptData names the record.</summary>
    static ISegmentRows Open(StoredSegment segment, int dimension, ReadOnlyMemory<byte> bytes) => segment.Name.IsLog
        ? LogRowsReader.Open(segment, dimension, bytes)
        : SegmentReader.Open(segment, dimension, bytes);
}
