namespace IqdbFlat.Silo.Servers;

/// <summary>Something that a silo does before it uses a server: the earlier the silo knows, the clearer the error.</summary>
internal sealed class Preparation(string name, int stage, Func<CancellationToken, Task> prepare) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(name, stage, prepare);
}
