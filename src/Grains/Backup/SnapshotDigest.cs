using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Grains.Backup;

/// <summary>Digests the rows of a snapshot.</summary>
internal static class SnapshotDigest
{
    /// <summary>The digest. CorruptData when two rows have one sequence, which no shard log takes.</summary>
    public static RowSetDigest Of(RowSnapshot snapshot, CancellationToken cancellation)
    {
        var digest = new RowSetDigest();
        float[] vector = new float[snapshot.Dimension];
        ulong[] sequences = new ulong[snapshot.Count];
        int count = 0;
        foreach (int row in snapshot.LiveRows())
        {
            if (count % 1024 == 0)
                cancellation.ThrowIfCancellationRequested();
            snapshot.CopyVector(row, vector);
            sequences[count++] = snapshot.SequenceOf(row);
            digest.Add(snapshot.IdOf(row), snapshot.SequenceOf(row), vector, snapshot.MetadataOf(row));
        }

        Array.Sort(sequences);
        for (int i = 1; i < sequences.Length; i++)
        {
            if (sequences[i] == sequences[i - 1])
                throw FlatIndexException.CorruptData("rows", $"has two rows with the sequence {sequences[i]}");
        }

        return digest;
    }
}
