using IqdbFlat.Engine;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Indexes;

/// <summary>The one record of an index grain: read, made if absent, replaced if unchanged. Remembers the version it saw last.</summary>
internal sealed class IndexRecords(IRecordStore store)
{
    private const string Name = "index";
    private string? _etag;

    /// <summary>The record as last read or written; null when there is none.</summary>
    public IndexRecord? Current { get; private set; }

    public async Task ReadAsync()
    {
        var stored = await store.ReadAsync(Name);
        _etag = stored?.ETag;
        Current = stored is { } found ? IndexRecordForm.Read(found.Bytes.Span, Name) : null;
    }

    /// <summary>Whether the store still holds what was seen last, or nothing where nothing was.</summary>
    public async Task<bool> IsCurrentAsync() => (await store.ReadAsync(Name))?.ETag == _etag;

    /// <summary>Writes the record over what was seen last. Unavailable when another activation has written meanwhile.</summary>
    public async Task WriteAsync(IndexRecord record)
    {
        byte[] bytes = IndexRecordForm.Write(record);
        string? etag = _etag is null ? await store.PutIfAbsentAsync(Name, bytes) : await store.ReplaceAsync(Name, bytes, _etag);
        if (etag is null)
            throw FlatIndexException.Unavailable("another activation of the index grain has written its record");
        (_etag, Current) = (etag, record);
    }

    /// <summary>Reads the record again: CorruptData when it is damaged, missing, or not what was written last.</summary>
    public async Task VerifyAsync()
    {
        var known = Current;
        if (await store.ReadAsync(Name) is not { } stored)
            throw FlatIndexException.CorruptData(Name, "is missing");
        IndexRecordForm.Read(stored.Bytes.Span, Name);
        if (stored.ETag == _etag && known is not null && !stored.Bytes.Span.SequenceEqual(IndexRecordForm.Write(known)))
            throw FlatIndexException.CorruptData(Name, "is not what was written last");
    }

    /// <summary>Deletes the record that was seen last.</summary>
    public async Task DeleteAsync()
    {
        if (_etag is not null && !await store.DeleteAsync(Name, _etag))
            throw FlatIndexException.Unavailable("another activation of the index grain has written its record");
        (_etag, Current) = (null, null);
    }
}
