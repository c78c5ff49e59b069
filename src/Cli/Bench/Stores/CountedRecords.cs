using IqdbFlat.Grains.Storage;
using Orleans.Storage;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>The records of a silo, and how many bytes were written into them.</summary>
internal sealed class CountedRecords(IGrainStorage storage) : IRecordStoreFactory
{
    private long _bytes;

    /// <summary>Bytes of all records written so far.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public IRecordStore Open(string owner) => new Counted(this, new GrainStorageRecordStore(storage, owner));

    private void Count(int bytes) => Interlocked.Add(ref _bytes, bytes);

    private sealed class Counted(CountedRecords records, IRecordStore inner) : IRecordStore
    {
        public Task<StoredRecord?> ReadAsync(string name) => inner.ReadAsync(name);

        public Task<string?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> bytes)
        {
            records.Count(bytes.Length);
            return inner.PutIfAbsentAsync(name, bytes);
        }

        public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> bytes, string etag)
        {
            records.Count(bytes.Length);
            return inner.ReplaceAsync(name, bytes, etag);
        }

        public Task<bool> DeleteAsync(string name, string? etag = null) => inner.DeleteAsync(name, etag);
    }
}
