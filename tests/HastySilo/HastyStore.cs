using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace IqdbFlat.HastySilo;

/// <summary>Opens records whose log records are said to be stored before they are.</summary>
internal sealed class HastyStoreFactory([FromKeyedServices(StorageNames.Records)] IGrainStorage storage) : IRecordStoreFactory
{
    public IRecordStore Open(string owner) => new HastyStore(new GrainStorageRecordStore(storage, owner));
}

/// <summary>Puts log records in their order and at once, as the real store does, but does not wait for them. Everything else is the real store.</summary>
internal sealed class HastyStore(IRecordStore store) : IRecordStore
{
    private const string LogPrefix = "log/";
    private readonly Lock _gate = new();
    private Task _puts = Task.CompletedTask;

    public Task<StoredRecord?> ReadAsync(string name) => After(() => store.ReadAsync(name));

    public Task<string?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> bytes)
    {
        var put = After(() => store.PutIfAbsentAsync(name, bytes));
        return name.StartsWith(LogPrefix, StringComparison.Ordinal) ? Task.FromResult<string?>("not stored yet") : put;
    }

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> bytes, string etag) => After(() => store.ReplaceAsync(name, bytes, etag));

    public Task<bool> DeleteAsync(string name, string? etag = null) => After(() => store.DeleteAsync(name, etag: null));

    /// <summary>Runs an operation behind those before it.</summary>
    private Task<T> After<T>(Func<Task<T>> operation)
    {
        lock (_gate)
        {
            var mine = Run(_puts, operation);
            _puts = mine;
            return mine;
        }

        static async Task<T> Run(Task before, Func<Task<T>> operation)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await operation();
        }
    }
}
