using Orleans.Storage;

namespace IqdbFlat.Silo.Storage;

/// <summary>A storage provider whose work is done by a <see cref="StorageThread"/>.</summary>
internal sealed class ThreadedGrainStorage(IGrainStorage inner, StorageThread thread) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        thread.RunAsync(() => inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        thread.RunAsync(() => inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        thread.RunAsync(() => inner.ClearStateAsync(stateName, grainId, grainState));
}
