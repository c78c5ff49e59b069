using IqdbFlat.Grains.Storage;
using Orleans.Storage;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>The records of a silo, how many bytes were written into them, and for how long the store had something to write.</summary>
internal sealed class CountedRecords(IGrainStorage storage, TimeProvider time) : IRecordStoreFactory
{
    private readonly Lock _gate = new();
    private long _bytes;
    private TimeSpan _busy;
    private long _busySince;
    private int _underWay;

    /// <summary>Bytes of all records written so far.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytes);

    /// <summary>The time so far in which one write at least was under way.</summary>
    public TimeSpan Busy
    {
        get
        {
            lock (_gate)
                return _busy;
        }
    }

    /// <inheritdoc/>
    public IRecordStore Open(string owner) => new Counted(this, new GrainStorageRecordStore(storage, owner));

    private async Task<string?> CountAsync(int bytes, Func<Task<string?>> write)
    {
        Interlocked.Add(ref _bytes, bytes);
        lock (_gate)
        {
            if (_underWay++ == 0)
                _busySince = time.GetTimestamp();
        }

        try
        {
            return await write();
        }
        finally
        {
            lock (_gate)
            {
                if (--_underWay == 0)
                    _busy += time.GetElapsedTime(_busySince);
            }
        }
    }

    private sealed class Counted(CountedRecords records, IRecordStore inner) : IRecordStore
    {
        public Task<StoredRecord?> ReadAsync(string name) => inner.ReadAsync(name);

        public Task<string?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> bytes) =>
            records.CountAsync(bytes.Length, () => inner.PutIfAbsentAsync(name, bytes));

        public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> bytes, string etag) =>
            records.CountAsync(bytes.Length, () => inner.ReplaceAsync(name, bytes, etag));

        public Task<bool> DeleteAsync(string name, string? etag = null) => inner.DeleteAsync(name, etag);
    }
}
