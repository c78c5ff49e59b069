using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>Writes live rows into new segments. Rows are gathered and encoded off the caller's scheduler.</summary>
internal sealed class SegmentWriter(LogStore store, int dimension, Func<CancellationToken, Task<SegmentName>> nextName)
{
    /// <summary>Writes all rows that are wanted; answers the segments, in order.</summary>
    public async Task<List<LiveSegment>> WriteAsync(ILiveRows rows, IReadOnlySet<ulong> wanted, CancellationToken cancellation)
    {
        var written = new List<LiveSegment>();
        if (wanted.Count == 0)
            return written;
        using var source = rows.Rows(wanted).GetEnumerator();
        bool more = await Task.Run(source.MoveNext, cancellation);
        while (more)
        {
            var name = await nextName(cancellation);
            (var built, more) = await Task.Run(() => Fill(source, name), cancellation);
            written.Add(await PutAsync(built, cancellation));
        }

        int found = written.Sum(segment => segment.Stored.Rows);
        return found == wanted.Count
            ? written
            : throw new InvalidOperationException($"The snapshot was to give {wanted.Count} rows and gave {found}.");
    }

    private (BuiltSegment Built, bool More) Fill(IEnumerator<StoredRow> source, SegmentName name)
    {
        var builder = new SegmentBuilder(dimension, store.Options.SegmentBytes);
        bool more = true;
        while (more && builder.TryAdd(source.Current))
            more = source.MoveNext();
        return (builder.Build(name), more);
    }

    // The name is this activation's own and new, so a record that is there already is this one, put by a try of unknown outcome.
    private async Task<LiveSegment> PutAsync(BuiltSegment built, CancellationToken cancellation)
    {
        string name = RecordNames.Segment(built.Name);
        string? etag = null;
        for (int unknown = 0; etag is null; unknown++)
        {
            cancellation.ThrowIfCancellationRequested();
            etag = await TryPutAsync(name, built, cancellation);
            if (etag is null)
                await store.PauseAsync(unknown, cancellation);
        }

        var stored = new StoredSegment(built.Name, built.Sequences.Length, built.Bytes.Length, built.Checksum, 0, default);
        return new LiveSegment(stored, built.Sequences, etag);
    }

    private async Task<string?> TryPutAsync(string name, BuiltSegment built, CancellationToken cancellation)
    {
        if (await store.TryPutAsync(name, built.Bytes) is { } etag)
            return etag;
        if (await store.ReadAsync(name, cancellation) is not { } found)
            return null;
        return found.Bytes.Span.SequenceEqual(built.Bytes.Span)
            ? found.ETag
            : throw FlatIndexException.CorruptData(name, $"is not what was written: {built.Bytes.Length} bytes expected, found {found.Bytes.Length} others");
    }
}
