namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>A store by its driver alone: what it can take when nothing of this system is in between.</summary>
internal interface IBareStore : IAsyncDisposable
{
    /// <summary>Writes bytes under a number; when it returns, they are as durable as a record of the index is.</summary>
    Task PutAsync(int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Removes what was written.</summary>
    Task ClearAsync(CancellationToken cancellationToken);
}
