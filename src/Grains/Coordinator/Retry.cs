using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Waits and tries again while a shard says that it cannot answer yet, until the request's token stops it.</summary>
internal sealed class Retry(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs a call again after Loading, Overloaded and Unavailable: outcomes that mean nothing was done.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => RunAsync(call, who: null, cancellationToken);

    /// <summary>Runs a call of a grain that reads, again after the same outcomes and where its silo was lost.</summary>
    /// <param name="call">The call.</param>
    /// <param name="shard">The shard that is asked, for its errors; null for another grain.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<T> ReadAsync<T>(Func<Task<T>> call, int? shard, CancellationToken cancellationToken) =>
        RunAsync(() => ShardFailure.ReadAsync(call, shard), () => ShardFailure.Who(shard), cancellationToken);

    /// <summary>The same for a call that writes: not again where its silo was lost.</summary>
    public Task<T> WriteAsync<T>(Func<Task<T>> call, int? shard, CancellationToken cancellationToken) =>
        RunAsync(() => ShardFailure.WriteAsync(call, shard), () => ShardFailure.Who(shard), cancellationToken);

    /// <summary>Whether an error means "not now", with nothing done.</summary>
    public static bool IsTransient(FlatIndexException error) =>
        error.Kind is FlatErrorKind.Loading or FlatErrorKind.Overloaded or FlatErrorKind.Unavailable
        && !error.Error.MayHaveBeenApplied;

    private async Task<T> RunAsync<T>(Func<Task<T>> call, Func<string>? who, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                return await call();
            }
            catch (FlatIndexException e) when (IsTransient(e) && !cancellationToken.IsCancellationRequested)
            {
                try
                {
                    await Task.Delay(pause, time, cancellationToken);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    // The typed outcome says more than "cancelled": a caller wants to know that its shard was still loading.
                    throw new FlatIndexException(e.Error, e);
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException e) when (who is not null && cancellationToken.IsCancellationRequested)
            {
                throw new UnansweredException(who(), e);
            }
        }
    }
}
