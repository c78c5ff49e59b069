using Orleans.Storage;

namespace IqdbFlat.Grains.Storage;

/// <summary>Records over an Orleans storage provider: the record's name is the state's name, its owner the grain key.</summary>
/// <remarks>
/// The provider must refuse a write without ETag over an existing record, and must delete on clear. Each call carries a
/// fresh state object, so calls for different records may overlap.
/// </remarks>
public sealed class GrainStorageRecordStore : IRecordStore
{
    private readonly IGrainStorage _storage;
    private readonly GrainId _owner;

    /// <summary>Opens the records of one owner.</summary>
    /// <param name="storage">The provider, <see cref="StorageNames.Records"/>.</param>
    /// <param name="owner">The owner's key, with a slash in it, so that no provider takes it for an integer or a GUID.</param>
    public GrainStorageRecordStore(IGrainStorage storage, string owner)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        if (!owner.Contains('/', StringComparison.Ordinal) || owner.Contains('+', StringComparison.Ordinal))
            throw new ArgumentException($"A record owner has a slash and no plus sign in its key, found '{owner}'.", nameof(owner));
        _storage = storage;
        _owner = GrainId.Create("iqdbflat.records", owner);
    }

    /// <inheritdoc/>
    public async Task<StoredRecord?> ReadAsync(string name)
    {
        var state = new GrainState<RecordState>(new RecordState());
        await _storage.ReadStateAsync(name, _owner, state);

        // By its ETag: a provider may say of a record without bytes that there is none.
        return state.ETag is { } etag ? new StoredRecord(state.State?.Bytes ?? default, etag) : null;
    }

    /// <inheritdoc/>
    public Task<string?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> bytes) => WriteAsync(name, bytes, null);

    /// <inheritdoc/>
    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> bytes, string etag)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return WriteAsync(name, bytes, etag);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string name, string? etag = null)
    {
        while (true)
        {
            string? version = etag ?? (await ReadAsync(name))?.ETag;
            if (version is null)
                return false;
            try
            {
                var state = new GrainState<RecordState>(new RecordState(), version) { RecordExists = true };
                await _storage.ClearStateAsync(name, _owner, state);
                return true;
            }
            catch (InconsistentStateException) when (etag is not null)
            {
                return false;
            }
            catch (InconsistentStateException)
            {
                // Replaced or deleted since it was read: look again.
            }
        }
    }

    // An InconsistentStateException that escaped would deactivate the calling grain; here it is an answer.
    private async Task<string?> WriteAsync(string name, ReadOnlyMemory<byte> bytes, string? etag)
    {
        if (bytes.Length > IRecordStore.MaxRecordBytes)
            throw FlatIndexException.ResourceLimitExceeded("record bytes", IRecordStore.MaxRecordBytes, bytes.Length);
        var state = new GrainState<RecordState>(new RecordState { Bytes = bytes }, etag) { RecordExists = etag is not null };
        try
        {
            await _storage.WriteStateAsync(name, _owner, state);
            return state.ETag;
        }
        catch (InconsistentStateException)
        {
            return null;
        }
    }
}
