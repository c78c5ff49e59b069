namespace IqdbFlat.Silo.Hosting;

/// <summary>A host inside a process that has its own signals: Ctrl-C is the process's business, and it stops the host when it sees fit.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
