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

    /// <summary>Whether the store still has what was last read or written.</summary>
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

    /// <summary>Deletes the record that was seen last.</summary>
    public async Task DeleteAsync()
    {
        if (_etag is not null && !await store.DeleteAsync(Name, _etag))
            throw FlatIndexException.Unavailable("another activation of the index grain has written its record");
        (_etag, Current) = (null, null);
    }
}
