namespace IqdbFlat.Grains.Log;

/// <summary>An immutable snapshot of a shard's live rows, for a checkpoint. It is read from another thread while the shard goes on.</summary>
public interface ILiveRows
{
    /// <summary>The sequences of all live rows, in any order.</summary>
    IEnumerable<ulong> Sequences { get; }

    /// <summary>The live rows whose sequence is wanted, in any order. A row is used before the next is asked for.</summary>
    IEnumerable<StoredRow> Rows(IReadOnlySet<ulong> wanted);
}
