using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>What a checkpoint has to know of the log since the one before: its records, and which sequences each put.</summary>
internal sealed class LogTail
{
    private List<TailRecord> _records = [];

    public long Bytes { get; private set; }

    public int Records => _records.Count;

    /// <summary>The sequences of all rows that were put.</summary>
    public IReadOnlySet<ulong> Touched => _records.SelectMany(record => record.Puts).ToHashSet();

    /// <summary>Where the records are, with their ETags, to delete them by.</summary>
    public IEnumerable<(LogPosition At, string ETag)> ETags => _records.Select(record => (record.At, record.ETag));

    /// <summary>Counts a record in; the batch is null for a record without one.</summary>
    public void Add(LogPosition at, LogRecord record, ShardBatch? batch, string etag)
    {
        Bytes += record.Bytes.Length;
        _records.Add(new(at, record.Bytes.Length, record.Checksum, PutsOf(batch), etag));
    }

    /// <summary>Counts an earlier stretch in again, after its checkpoint failed.</summary>
    public void Add(LogTail earlier)
    {
        Bytes += earlier.Bytes;
        _records = [.. earlier._records, .. _records];
    }

    /// <summary>
    /// The records of so many bytes and more that put rows, as segments: a row that a later record put again under the same sequence is dead in
    /// the earlier one.
    /// </summary>
    public List<LiveSegment> AsSegments(int leastBytes)
    {
        var segments = new List<LiveSegment>();
        var later = new HashSet<ulong>();
        foreach (var record in _records.AsEnumerable().Reverse())
        {
            byte[]? dead = null;
            int deadRows = 0;
            for (int row = record.Puts.Length - 1; row >= 0; row--)
            {
                if (later.Add(record.Puts[row]))
                    continue;
                dead ??= new byte[(record.Puts.Length + 7) / 8];
                dead[row >> 3] |= (byte)(1 << (row & 7));
                deadRows++;
            }

            if (record.Puts.Length > 0 && record.Bytes >= leastBytes && record.At.Position <= uint.MaxValue)
                segments.Add(new(new(SegmentName.Of(record.At), record.Puts.Length, record.Bytes, record.Checksum, deadRows, dead), record.Puts, record.ETag));
        }

        return segments;
    }

    private static ulong[] PutsOf(ShardBatch? batch)
    {
        int puts = batch?.Operations.Count(operation => operation.Kind == ShardOperationKind.Put) ?? 0;
        if (puts == 0)
            return [];
        ulong[] sequences = new ulong[puts];
        int place = 0;
        foreach (var operation in batch!.Operations)
        {
            if (operation.Kind == ShardOperationKind.Put)
                sequences[place++] = operation.Number;
        }

        return sequences;
    }

    private sealed record TailRecord(LogPosition At, int Bytes, ulong Checksum, ulong[] Puts, string ETag);
}
