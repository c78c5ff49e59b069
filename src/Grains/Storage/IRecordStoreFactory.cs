using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace IqdbFlat.Grains.Storage;

/// <summary>Opens the records of one owner.</summary>
public interface IRecordStoreFactory
{
    /// <summary>The records of an owner: a key with a slash in it, so that no provider takes it for a number.</summary>
    IRecordStore Open(string owner);
}

/// <summary>Records in the storage provider named <see cref="StorageNames.Records"/>.</summary>
internal sealed class RecordStoreFactory([FromKeyedServices(StorageNames.Records)] IGrainStorage storage) : IRecordStoreFactory
{
    public IRecordStore Open(string owner) => new GrainStorageRecordStore(storage, owner);
}
