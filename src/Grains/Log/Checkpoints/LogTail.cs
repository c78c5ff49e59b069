namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>What a checkpoint has to know of the log since the one before: how much there is, and which sequences it put.</summary>
internal sealed class LogTail
{
    private readonly HashSet<ulong> _touched = [];

    public long Bytes { get; private set; }

    public int Records { get; private set; }

    /// <summary>The sequences of all rows that were put.</summary>
    public IReadOnlySet<ulong> Touched => _touched;

    /// <summary>Counts a record in; the batch is null for a record without one.</summary>
    public void Add(long bytes, ShardBatch? batch)
    {
        Bytes += bytes;
        Records++;
        foreach (var operation in batch?.Operations ?? [])
        {
            if (operation.Kind == ShardOperationKind.Put)
                _touched.Add(operation.Number);
        }
    }

    /// <summary>Counts an earlier stretch in again, after its checkpoint failed.</summary>
    public void Add(LogTail earlier)
    {
        Bytes += earlier.Bytes;
        Records += earlier.Records;
        _touched.UnionWith(earlier._touched);
    }
}
