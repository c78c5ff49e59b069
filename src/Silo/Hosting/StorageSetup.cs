using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Hosting;

/// <summary>Registers the store that the settings name as the one that holds every record.</summary>
internal static class StorageSetup
{
    public static void Configure(ISiloBuilder silo, StorageOptions options) =>
        silo.AddMemoryGrainStorage(StorageNames.Records, memory => memory.GrainStorageSerializer = new RecordSerializer());
}
