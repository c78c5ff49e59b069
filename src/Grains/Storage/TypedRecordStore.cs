namespace IqdbFlat.Grains.Storage;

/// <summary>
/// A store whose failures are the index's own typed errors, for grains that hand them on to their callers: a failed read is Unavailable, a failed write may have been applied.
/// </summary>
internal sealed class TypedRecordStore(IRecordStore store) : IRecordStore
{
    public async Task<StoredRecord?> ReadAsync(string name)
    {
        try
        {
            return await store.ReadAsync(name);
        }
        catch (Exception failure) when (failure is not FlatIndexException)
        {
            throw new FlatIndexException(FlatIndexException.Unavailable($"the store did not answer ({failure.GetType().Name})").Error, failure);
        }
    }

    public Task<string?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> bytes) => Write(() => store.PutIfAbsentAsync(name, bytes));

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> bytes, string etag) => Write(() => store.ReplaceAsync(name, bytes, etag));

    public Task<bool> DeleteAsync(string name, string? etag = null) => Write(() => store.DeleteAsync(name, etag));

    private static async Task<T> Write<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (Exception failure) when (failure is not FlatIndexException)
        {
            throw new FlatIndexException(
                FlatIndexException.Timeout($"the store did not tell the outcome of a write ({failure.GetType().Name})", mayHaveBeenApplied: true).Error, failure);
        }
    }
}
