namespace IqdbFlat.VectorData.Embedded;

/// <summary>Calls of this process in the form of those of a cluster: everything happens on the caller's thread, and what goes wrong comes out of the task.</summary>
internal static class EmbeddedCalls
{
    public static Task<T> Run<T>(Func<T> call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        try
        {
            return Task.FromResult(call());
        }
        catch (OperationCanceledException error)
        {
            return Task.FromCanceled<T>(error.CancellationToken);
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
    }

    public static Task Run(Action call, CancellationToken cancellationToken) => Run(
        () =>
        {
            call();
            return true;
        },
        cancellationToken);
}
